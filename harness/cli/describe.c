/* limen describe: what a kind or an experiment is, its parameters, ranges and defaults. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/session.h"
#include "cli/shipped.h"
#include "data/relevance.h"
#include "definition/describe.h"
#include "dimension/estimator.h"
#include "limits/loss.h"
#include "measures/search_set.h"

static int describe_kind(const struct limen_kind *kind, const char *example,
                         struct limen_error *error) {
  struct limen_text text = {0};
  limen_text_print(&text, "kind %s: %s\n\nparameters:\n", kind->name, kind->about);
  limen_describe_parameters(kind->parameters, &text);
  limen_text_add(&text, "\nmeasures (columns of results.csv):\n");
  for (size_t i = 0; kind->measures[i].name; i++)
    limen_text_print(&text, "  %-14s %s%s%s%s\n", kind->measures[i].name, kind->measures[i].about,
                     *kind->measures[i].unit ? " [" : "", kind->measures[i].unit,
                     *kind->measures[i].unit ? "]" : "");
  limen_text_print(&text, "\nexample:\n  limen run %s\n", example);
  int status = limen_text_status(&text, error);
  if (status == LIMEN_OK) fputs(limen_text_string(&text), stdout);
  limen_text_clear(&text);
  return status;
}

static int describe_dataset(const struct limen_dataset *dataset, struct limen_error *error) {
  struct limen_text text = {0};
  limen_text_print(&text, "dataset %s: %s\n\nparameters:\n", dataset->name, dataset->about);
  limen_describe_parameters(dataset->parameters, &text);
  limen_text_print(&text, "\nexample:\n  limen generate %s --out data/%s --set n=2000\n",
                   dataset->name, dataset->name);
  int status = limen_text_status(&text, error);
  if (status == LIMEN_OK) fputs(limen_text_string(&text), stdout);
  limen_text_clear(&text);
  return status;
}

static int describe_estimator(const struct limen_estimator *estimator) {
  printf("estimator %s: %s\n", estimator->name, estimator->about);
  if (estimator->parameter)
    printf("\nparameter: %s, default %g\n", estimator->parameter,
           limen_estimator_parameter(estimator, &limen_dimension_defaults));
  printf("\nexample:\n  limen dimension base.npy%s\n",
         estimator->times_k > 0 ? " -k 10,20,100" : "");
  return LIMEN_OK;
}

static int describe_measure(const struct limen_search_measure *measure) {
  printf("measure %s: %s\n\n%s%s%s is better.\n", measure->name, measure->about, measure->unit,
         *measure->unit ? "; " : "", measure->higher_is_better ? "higher" : "lower");
  /* Work is counted while a search runs; files of ids do not tell it. */
  printf("\nexample:\n  %s\n",
         *measure->unit ? "limen list experiments" : "limen recall truth.ivecs answers.ivecs");
  return LIMEN_OK;
}

static int describe_experiment(const char *name, struct limen_error *error) {
  struct limen_definition definition = {0};
  char *path = NULL;
  int status = limen_shipped_find(name, &path, error);
  if (status == LIMEN_USAGE)
    limen_error_prefix(error,
                       "%.60s is no kind, loss, pattern, dataset, estimator or measure (`limen "
                       "list` shows all)",
                       name);
  if (status == LIMEN_OK) status = limen_definition_read(path, &definition, error);
  if (status == LIMEN_OK) {
    printf("experiment %s (%s): %s\n\n%s\n", definition.name, path, definition.question,
           definition.text);
    const struct limen_kind *kind = limen_kind_find(limen_cli_kinds, definition.kind);
    if (kind) status = describe_kind(kind, name, error);
  }
  limen_definition_clear(&definition);
  limen_free(path);
  return status;
}

static int describe(const char *name, struct limen_error *error) {
  const struct limen_kind *kind = limen_kind_find(limen_cli_kinds, name);
  if (kind) return describe_kind(kind, "FILE.yml, a definition with `kind:` set to this", error);
  const struct limen_loss *loss = limen_loss_find(name);
  if (loss) {
    printf("loss %s: %s\n\nexample:\n  limen run limit_k2 --set loss=%s\n", loss->name, loss->about,
           loss->name);
    return LIMEN_OK;
  }
  const struct limen_pattern *pattern = limen_pattern_find(name);
  if (pattern) {
    printf("pattern %s: %s\n\nexample:\n  limen run limit_k2 --set pattern=%s\n", pattern->name,
           pattern->about, pattern->name);
    return LIMEN_OK;
  }
  const struct limen_dataset *dataset = limen_dataset_find(limen_cli_datasets, name);
  if (dataset) return describe_dataset(dataset, error);
  const struct limen_estimator *estimator = limen_estimator_find(name);
  if (estimator) return describe_estimator(estimator);
  const struct limen_search_measure *measure = limen_search_measure_find(name);
  if (measure) return describe_measure(measure);
  return describe_experiment(name, error);
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_texts words = {0};
  const struct limen_option table[] = {{0}};
  int status = limen_options_parse(count, arguments, table, 1, 1, &words, error);
  if (status == LIMEN_OK) status = describe(words.text[0], error);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_describe = {
    .name = "describe",
    .about = "say what an experiment, a kind, a dataset or anything else that is listed is",
    .help =
        "usage: limen describe NAME\n"
        "\n"
        "NAME is anything that `limen list` shows. Example:\n"
        "  limen describe critical_n\n",
    .run = run,
};
