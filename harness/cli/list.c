/* limen list: what there is to run, and what definitions may name. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/session.h"
#include "cli/shipped.h"
#include "data/format.h"
#include "data/relevance.h"
#include "dimension/estimator.h"
#include "limits/loss.h"
#include "measures/search_set.h"
#include "orders/order.h"

static int print_experiment(void *context, const char *path, struct limen_error *error) {
  (void)context;
  struct limen_definition definition = {0};
  int status = limen_definition_read(path, &definition, error);
  if (status == LIMEN_OK) printf("  %-18s %s\n", definition.name, definition.question);
  limen_definition_clear(&definition);
  return status;
}

static int list_experiments(struct limen_error *error) {
  return limen_shipped_each(print_experiment, NULL, error);
}

static int list_kinds(struct limen_error *error) {
  (void)error;
  for (size_t i = 0; limen_cli_kinds[i]; i++)
    printf("  %-18s %s\n", limen_cli_kinds[i]->name, limen_cli_kinds[i]->about);
  return LIMEN_OK;
}

static int list_losses(struct limen_error *error) {
  (void)error;
  for (size_t i = 0; limen_loss_at(i); i++)
    printf("  %-18s %s\n", limen_loss_at(i)->name, limen_loss_at(i)->about);
  return LIMEN_OK;
}

static int list_patterns(struct limen_error *error) {
  (void)error;
  for (size_t i = 0; limen_pattern_at(i); i++)
    printf("  %-18s %s\n", limen_pattern_at(i)->name, limen_pattern_at(i)->about);
  return LIMEN_OK;
}

static int list_datasets(struct limen_error *error) {
  (void)error;
  for (size_t i = 0; limen_cli_datasets[i]; i++)
    printf("  %-18s %s\n", limen_cli_datasets[i]->name, limen_cli_datasets[i]->about);
  return LIMEN_OK;
}

static int list_estimators(struct limen_error *error) {
  (void)error;
  for (size_t i = 0; limen_estimator_at(i); i++)
    printf("  %-18s %s\n", limen_estimator_at(i)->name, limen_estimator_at(i)->about);
  for (size_t i = 0; limen_hardness_at(i); i++)
    printf("  %-18s %s (hardness)\n", limen_hardness_at(i)->name, limen_hardness_at(i)->about);
  return LIMEN_OK;
}

static int list_orders(struct limen_error *error) {
  (void)error;
  for (size_t i = 0; limen_order_at(i); i++)
    printf("  %-18s %s\n", limen_order_at(i)->name, limen_order_at(i)->about);
  return LIMEN_OK;
}

static int list_formats(struct limen_error *error) {
  (void)error;
  for (size_t i = 0; limen_format_name(i); i++)
    printf("  %-18s %s\n", limen_format_name(i), limen_format_about(i));
  return LIMEN_OK;
}

static int list_importers(struct limen_error *error) {
  (void)error;
  for (size_t i = 0; limen_cli_importers[i]; i++)
    printf("  %-18s %s\n", limen_cli_importers[i]->name, limen_cli_importers[i]->about);
  return LIMEN_OK;
}

static int list_measures(struct limen_error *error) {
  (void)error;
  for (size_t i = 0; limen_search_measure_at(i); i++)
    printf("  %-18s %s\n", limen_search_measure_at(i)->name, limen_search_measure_at(i)->about);
  return LIMEN_OK;
}

static const struct {
  const char *name;
  int (*list)(struct limen_error *error);
} things[] = {{"experiments", list_experiments}, {"kinds", list_kinds},
              {"losses", list_losses},           {"patterns", list_patterns},
              {"datasets", list_datasets},       {"estimators", list_estimators},
              {"orders", list_orders},           {"formats", list_formats},
              {"importers", list_importers},     {"measures", list_measures}};
enum { THINGS = sizeof things / sizeof *things };

static const char *thing_name(size_t i) { return i < THINGS ? things[i].name : NULL; }

static int list(const char *wanted, struct limen_error *error) {
  bool found = false;
  int status = LIMEN_OK;
  for (size_t i = 0; i < THINGS && status == LIMEN_OK; i++) {
    if (wanted && strcmp(wanted, things[i].name) != 0) continue;
    found = true;
    printf("%s:\n", things[i].name);
    status = things[i].list(error);
  }
  if (found) return status;
  struct limen_text valid = {0};
  for (size_t i = 0; i < THINGS; i++)
    limen_text_print(&valid, "%s%s", i ? ", " : "", things[i].name);
  const char *near = limen_nearest(wanted, thing_name);
  status =
      LIMEN_FAIL(error, LIMEN_USAGE, "limen list: unknown kind of thing %.60s%s%s; there are: %s",
                 wanted, near ? "; nearest: " : "", near ? near : "", limen_text_string(&valid));
  limen_text_clear(&valid);
  return status;
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_texts words = {0};
  const struct limen_option table[] = {{0}};
  int status = limen_options_parse(count, arguments, table, 0, 1, &words, error);
  if (status == LIMEN_OK) status = list(words.count ? words.text[0] : NULL, error);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_list = {
    .name = "list",
    .about = "list what there is: experiments, datasets, formats, measures and so on",
    .help =
        "usage: limen list [experiments | kinds | losses | patterns | datasets | estimators |\n"
        "                   orders | formats | importers | measures]\n"
        "\n"
        "Lists everything, or one kind of thing. Example:\n"
        "  limen list experiments\n",
    .run = run,
};
