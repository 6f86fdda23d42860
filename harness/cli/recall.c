/* limen recall: the three recalls of any system's ids, with intervals. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/recall_files.h"
#include "measures/search_set.h"

/* ---- the table ---- */

static void show(char *out, size_t size, double value) {
  if (isnan(value))
    snprintf(out, size, "-");
  else
    snprintf(out, size, "%.4f", value);
}

static json_t *number_or_null(double value) {
  return isnan(value) ? json_null() : json_real(value);
}

static bool needs_distances(const struct limen_search_measure *measure) {
  return strcmp(measure->name, limen_recall_name(LIMEN_RECALL_TIES)) == 0 ||
         strcmp(measure->name, limen_recall_name(LIMEN_RECALL_EPSILON)) == 0;
}

/* What "near enough" was, for the two recalls that ask for it. */
static double tolerance_of(const struct limen_search_measure *measure,
                           const struct limen_recall_settings *settings) {
  return strcmp(measure->name, limen_recall_name(LIMEN_RECALL_TIES)) == 0 ? settings->tie
                                                                          : settings->epsilon;
}

static int add_row(json_t *rows, const struct limen_search_measure *measure,
                   const struct limen_recall_judgement *judgement,
                   const struct limen_recall_settings *settings, const struct limen_interval *value,
                   struct limen_error *error) {
  json_t *row =
      json_pack("{s:s, s:o, s:o, s:o, s:I, s:I, s:s}", "name", measure->name, "value",
                number_or_null(value->estimate), "lower", number_or_null(value->lower), "upper",
                number_or_null(value->upper), "n", (json_int_t)judgement->queries, "k",
                (json_int_t)judgement->k, "better", measure->higher_is_better ? "higher" : "lower");
  if (row && needs_distances(measure))
    json_object_set_new(row, "tolerance", json_real(tolerance_of(measure, settings)));
  if (row && json_array_append_new(rows, row) == 0) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for the recalls");
}

static int print_row(json_t *rows, const struct limen_search_measure *measure,
                     const struct limen_recall_judgement *judgement,
                     const struct limen_recall_settings *settings, struct limen_error *error) {
  const struct limen_search_set set = {.count = judgement->queries, .queries = judgement->query};
  struct limen_interval value;
  char estimate[32], lower[32], upper[32];
  int status = limen_search_measure_run(measure, &set, &limen_search_defaults, &value, error);
  if (status != LIMEN_OK || isnan(value.estimate)) return status; /* work was not counted */
  show(estimate, sizeof estimate, value.estimate);
  show(lower, sizeof lower, value.lower);
  show(upper, sizeof upper, value.upper);
  printf("%-16s %9s %9s %9s  %s\n", measure->name, estimate, lower, upper, measure->about);
  return add_row(rows, measure, judgement, settings, &value, error);
}

static int print_table(const struct limen_recall_files *files,
                       const struct limen_recall_judgement *judgement, json_t *rows,
                       struct limen_error *error) {
  int status = LIMEN_OK;
  printf("%s against %s: %zu queries, k = %zu, intervals of %g%% over queries\n", files->results,
         files->truth, judgement->queries, judgement->k, 100 * limen_search_defaults.confidence);
  if (judgement->has_distances)
    printf("tie %g, epsilon %g, relative to the distance of the k-th\n", files->settings.tie,
           files->settings.epsilon);
  printf("\n%-16s %9s %9s %9s\n", "", "value", "lower", "upper");
  for (size_t i = 0; status == LIMEN_OK && limen_search_measure_at(i); i++)
    if (judgement->has_distances || !needs_distances(limen_search_measure_at(i)))
      status = print_row(rows, limen_search_measure_at(i), judgement, &files->settings, error);
  return status;
}

/* ---- messages ---- */

static void say_fault(const struct limen_recall_files *files, const char *what, size_t queries,
                      size_t first, size_t count) {
  if (queries > 0)
    fprintf(stderr, "%s: %zu quer%s %s, the first is query %zu with %zu\n", files->results, queries,
            queries == 1 ? "y" : "ies", what, first, count);
}

static void say_faults(const struct limen_recall_files *files,
                       const struct limen_recall_judgement *judgement) {
  size_t shorter = 0, twice = 0, invalid = 0, first[3] = {0};
  for (size_t q = judgement->queries; q-- > 0;) {
    const struct limen_recall_query *query = &judgement->query[q];
    if (query->returned < query->places) shorter++, first[0] = q;
    if (query->duplicates > 0) twice++, first[1] = q;
    if (query->invalid > 0) invalid++, first[2] = q;
  }
  const struct limen_recall_query *query = judgement->query;
  say_fault(files, "got fewer than min(k, rows) different rows", shorter, first[0],
            query[first[0]].returned);
  say_fault(files, "got a row twice, which counts once", twice, first[1],
            query[first[1]].duplicates);
  say_fault(files, "got ids that are no rows", invalid, first[2], query[first[2]].invalid);
}

/* ---- all together ---- */

static int write_json(json_t *rows, const char *path, struct limen_error *error) {
  json_t *root = json_pack("{s:O}", "recalls", rows);
  int status = limen_json_write(root, JSON_INDENT(1), path, error);
  json_decref(root);
  return status;
}

static int answer(const struct limen_recall_files *files, const char *json,
                  struct limen_error *error) {
  struct limen_recall_judgement judgement = {0};
  json_t *rows = json_array();
  int status = rows ? limen_recall_files_judge(files, &judgement, error)
                    : LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for the recalls");
  if (status == LIMEN_OK) {
    fprintf(stderr, "%s\n", judgement.why);
    say_faults(files, &judgement);
    status = print_table(files, &judgement, rows, error);
  }
  if (status == LIMEN_OK && json) status = write_json(rows, json, error);
  limen_recall_judgement_clear(&judgement);
  json_decref(rows);
  return status;
}

static int parse_tolerance(const char *option, const char *text, double *out,
                           struct limen_error *error) {
  char *end;
  *out = strtod(text, &end);
  if (*text != '\0' && *end == '\0' && *out >= 0 && *out <= 10) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_USAGE, "%s %.40s: a relative distance from 0 to 10 is needed",
                    option, text);
}

static int parse_metric(const char *text, struct limen_recall_files *files,
                        struct limen_error *error) {
  if (!text && files->base)
    return LIMEN_FAIL(error, LIMEN_USAGE, "limen recall: --base needs --metric l2, ip or cosine");
  const int metric = text ? limen_metric_find(text) : LIMEN_L2;
  if (metric < 0)
    return LIMEN_FAIL(error, LIMEN_USAGE, "--metric %.40s: l2, ip or cosine is needed", text);
  files->settings.metric = (enum limen_metric)metric;
  files->metric_known = text != NULL;
  return LIMEN_OK;
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_texts words = {0};
  struct limen_recall_files files = {0};
  const char *k = NULL, *tie = "1e-6", *epsilon = "0.1", *metric = NULL, *dimension = NULL,
             *json = NULL;
  const struct limen_option table[] = {{"-k", LIMEN_OPTION_TEXT, &k},
                                       {"--tie", LIMEN_OPTION_TEXT, &tie},
                                       {"--epsilon", LIMEN_OPTION_TEXT, &epsilon},
                                       {"--base", LIMEN_OPTION_TEXT, &files.base},
                                       {"--queries", LIMEN_OPTION_TEXT, &files.queries},
                                       {"--metric", LIMEN_OPTION_TEXT, &metric},
                                       {"--dimension", LIMEN_OPTION_TEXT, &dimension},
                                       {"--json", LIMEN_OPTION_TEXT, &json},
                                       {0}};
  long number = 0, columns = 0;
  int status = limen_options_parse(count, arguments, table, 2, 2, &words, error);
  if (status == LIMEN_OK && k) status = limen_option_integer("-k", k, 1, 1000000, &number, error);
  if (status == LIMEN_OK && dimension)
    status = limen_option_integer("--dimension", dimension, 1, 1 << 24, &columns, error);
  if (status == LIMEN_OK) status = parse_tolerance("--tie", tie, &files.settings.tie, error);
  if (status == LIMEN_OK)
    status = parse_tolerance("--epsilon", epsilon, &files.settings.epsilon, error);
  if (status == LIMEN_OK && !files.base != !files.queries)
    status = LIMEN_FAIL(error, LIMEN_USAGE,
                        "limen recall: %s is missing; distances need both --base and --queries",
                        files.base ? "--queries" : "--base");
  if (status == LIMEN_OK) status = parse_metric(metric, &files, error);
  if (status == LIMEN_OK) {
    files.truth = words.text[0];
    files.results = words.text[1];
    files.settings.k = (size_t)number;
    files.dimension = (size_t)columns;
    status = answer(&files, json, error);
  }
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_recall = {
    .name = "recall",
    .about = "the three recalls of any system's ids, with intervals",
    .help =
        "usage: limen recall TRUTH RESULTS [-k N] [--tie T] [--epsilon E]\n"
        "                    [--base F --queries F --metric l2|ip|cosine] [--dimension D]\n"
        "                    [--json F]\n"
        "\n"
        "Judges the first N ids that a system returned for each query against the true nearest\n"
        "ones. Both files: ivecs, ibin, npy or HDF5, a row a query, -1 where there is no answer.\n"
        "\n"
        "  recall          by id\n"
        "  recall_ties     rows at most (1 + T) times as far as the N-th count, whatever their id\n"
        "  recall_epsilon  the same with (1 + E)\n"
        "\n"
        "The last two need distances. With --base and --queries they are worked out. Else the\n"
        "files' own are taken, when both have them (ibin, HDF5 as of ann-benchmarks); --metric l2\n"
        "then says that they are squared. Intervals are over queries: t for means, Wilson's for\n"
        "shares, the bootstrap for the worst queries, which have none while they are few. The\n"
        "worst queries and those with recall 0 are counted by id.\n"
        "\n"
        "  -k N           default: as many as both files have for every query\n"
        "  --tie T        relative distance that float32 cannot tell apart; default 1e-6\n"
        "  --epsilon E    default 0.1\n"
        "  --dimension D  of headerless float32 files\n"
        "\n"
        "Example:\n"
        "  limen recall truth.ivecs answers.ivecs -k 10 --json recall.json\n",
    .run = run,
};
