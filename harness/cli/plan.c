/* limen plan: how many queries and builds a gate needs. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/command.h"
#include "cli/gate_options.h"
#include "gate/baseline.h"
#include "gate/design.h"
#include "gate/words.h"

enum { NUMBERS_MOST = 1000000 };

/* Builds a side to plan for: the least that a gate takes, and a few more that people can afford. */
static const size_t builds_of[] = {5, 7, 10, 15, 20, 30, 50};
enum { CHOICES = sizeof builds_of / sizeof *builds_of };

struct wishes {
  struct limen_gate_source source;
  const char *baseline, *detect_text, *json;
  struct limen_gate_settings settings;
  double detect;
  bool points;                /* of shares; else a part of other numbers */
  size_t numbers;             /* 0: as many as there are */
  struct limen_spread spread; /* without a source */
};

/* ---- a row a number ---- */

struct row {
  const char *name, *unit;
  double value;
  bool share, drawn, assumed;
  struct limen_spread spread;
  size_t builds, queries; /* there now; 0: none */
};

static struct limen_aim aim_of(const struct wishes *wishes, const struct row *row, size_t numbers) {
  const double scale = wishes->points ? 1 : fabs(row->value);
  return (struct limen_aim){
      .detect = wishes->detect * scale,
      .tolerance = limen_gate_tolerance_of(&wishes->settings, row->unit, row->value),
      .alpha = wishes->settings.alpha,
      .numbers = numbers,
      .power = LIMEN_GATE_POWER};
}

static void print_counts(const char *what, const size_t *counts, size_t choices) {
  printf("  %-28s", what);
  for (size_t i = 0; i < choices; i++) {
    if (counts[i] == 0)
      printf(" %11s", "no number");
    else
      printf(" %11zu", counts[i]);
  }
  puts("");
}

static json_t *count_or_null(size_t count) {
  return count > 0 ? json_integer((json_int_t)count) : json_null();
}

static int add_row(json_t *rows, const struct row *row, const struct limen_need *needs,
                   size_t choices, double drop, struct limen_error *error) {
  json_t *list = json_array();
  for (size_t i = 0; i < choices; i++)
    json_array_append_new(list, json_pack("{s:I, s:o, s:o}", "builds", (json_int_t)needs[i].builds,
                                          "queries_to_catch", count_or_null(needs[i].to_catch),
                                          "queries_to_pass", count_or_null(needs[i].to_pass)));
  json_t *one =
      json_pack("{s:s, s:f, s:f, s:f, s:b, s:o, s:o, s:o, s:o}", "name", row->name, "query_sd",
                row->spread.query_sd, "build_sd", row->spread.build_sd, "shared",
                row->spread.shared, "assumed", row->assumed, "builds", count_or_null(row->builds),
                "queries", count_or_null(row->queries), "smallest_drop",
                isnan(drop) ? json_null() : json_real(drop), "needs", list);
  if (one && json_array_append_new(rows, one) == 0) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for the plan");
}

static int print_row(const struct wishes *wishes, const struct row *row, size_t numbers,
                     json_t *rows, struct limen_error *error) {
  const struct limen_aim aim = aim_of(wishes, row, numbers);
  struct limen_need needs[CHOICES];
  size_t to_catch[CHOICES], to_pass[CHOICES];
  double drop = NAN;
  char text[LIMEN_GATE_TEXT];
  const size_t choices = row->drawn ? CHOICES : 1;
  for (size_t i = 0; i < choices; i++) {
    needs[i] = limen_design_need(&row->spread, row->share, &aim, row->drawn ? builds_of[i] : 1);
    to_catch[i] = needs[i].to_catch;
    to_pass[i] = needs[i].to_pass;
  }
  printf(
      "\n%s\n  SD over queries %.3g, of which %.0f%% of the variance is common to two builds; SD "
      "over builds %.2g%s\n",
      row->name, row->spread.query_sd, 100 * row->spread.shared, row->spread.build_sd,
      row->assumed ? "; what one build cannot tell is assumed" : "");
  if (row->builds > 0 && (!row->drawn || row->builds >= LIMEN_GATE_BUILDS_LEAST)) {
    drop = limen_design_smallest_drop(&row->spread, &aim, row->builds, row->queries);
    printf("  with its %zu builds and %zu queries a loss of %s would be caught\n", row->builds,
           row->queries, limen_gate_amount(row->unit, drop, text));
  }
  print_counts("queries to catch the loss", to_catch, choices);
  print_counts("queries to pass unchanged", to_pass, choices);
  return add_row(rows, row, needs, choices, drop, error);
}

/* ---- all rows ---- */

static void print_head(const struct wishes *wishes, size_t numbers) {
  printf(
      "to call a loss of %s a regression, and to pass what is unchanged, each 95 times in 100;\n"
      "a loss of %g%s is put up with; a false regression among %zu number%s has a chance of %g "
      "at most,\nand so has a false pass\n\n  %-28s",
      wishes->detect_text,
      100 * (wishes->points ? wishes->settings.tolerance : wishes->settings.tolerance_relative),
      wishes->points ? " points" : "%", numbers, numbers == 1 ? "" : "s", wishes->settings.alpha,
      "builds a side");
  for (size_t i = 0; i < CHOICES; i++) printf(" %11zu", builds_of[i]);
  puts("");
}

static bool is_planned(const struct wishes *wishes, const struct limen_number *number) {
  return number->sample.values && number->sample.queries >= 2 &&
         limen_gate_is_share(number->unit) == wishes->points;
}

static int plan_numbers(const struct wishes *wishes, const struct limen_measured *measured,
                        json_t *rows, struct limen_error *error) {
  size_t planned = 0;
  int status = LIMEN_OK;
  for (size_t i = 0; i < measured->count; i++) planned += is_planned(wishes, &measured->number[i]);
  if (planned == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s has no %s with per-query values: nothing follows for %s",
                      measured->source, wishes->points ? "share" : "number other than shares",
                      wishes->detect_text);
  const size_t numbers = wishes->numbers > 0 ? wishes->numbers : measured->count;
  print_head(wishes, numbers);
  for (size_t i = 0; i < measured->count && status == LIMEN_OK; i++) {
    const struct limen_number *number = &measured->number[i];
    if (!is_planned(wishes, number)) continue;
    struct row row = {.name = number->name,
                      .unit = number->unit,
                      .value = number->value,
                      .share = limen_gate_is_share(number->unit),
                      .drawn = number->sample.drawn,
                      .builds = number->sample.builds,
                      .queries = number->sample.queries};
    status = limen_spread_of(number, &row.spread, &row.assumed, error);
    if (status == LIMEN_OK) status = print_row(wishes, &row, numbers, rows, error);
  }
  if (planned < measured->count && status == LIMEN_OK)
    fprintf(stderr, "note: %zu of %zu numbers have no per-query values or another unit\n",
            measured->count - planned, measured->count);
  return status;
}

static int plan_typical(const struct wishes *wishes, json_t *rows, struct limen_error *error) {
  const size_t numbers = wishes->numbers > 0 ? wishes->numbers : 1;
  const struct row row = {.name =
                              "assumed: recall@10 near 0.9 (--sd, --baseline or --results "
                              "replace it)",
                          .unit = "share",
                          .value = 0.9,
                          .share = true,
                          .drawn = wishes->spread.build_sd > 0,
                          .spread = wishes->spread};
  print_head(wishes, numbers);
  return print_row(wishes, &row, numbers, rows, error);
}

static int read_source(const struct wishes *wishes, struct limen_session *session,
                       struct limen_measured *out, struct limen_error *error) {
  int status = wishes->baseline ? limen_baseline_read(wishes->baseline, out, error)
                                : limen_gate_source_read(&wishes->source, session, out, error);
  return status == LIMEN_OK ? limen_gate_source_keep(&wishes->source, out, error) : status;
}

static int write_json(json_t *rows, const char *path, struct limen_error *error) {
  json_t *root = json_pack("{s:O}", "plan", rows);
  int status = limen_json_write(root, JSON_INDENT(1), path, error);
  json_decref(root);
  return status;
}

static int answer(const struct wishes *wishes, struct limen_error *error) {
  struct limen_session session = {0};
  struct limen_measured measured = {0};
  json_t *rows = json_array();
  int status = rows ? LIMEN_OK : LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for the plan");
  if (status == LIMEN_OK && (wishes->baseline || wishes->source.results.count > 0)) {
    status = read_source(wishes, &session, &measured, error);
    if (status == LIMEN_OK) status = plan_numbers(wishes, &measured, rows, error);
  } else if (status == LIMEN_OK) {
    status = plan_typical(wishes, rows, error);
  }
  if (status == LIMEN_OK && wishes->json) status = write_json(rows, wishes->json, error);
  json_decref(rows);
  limen_measured_clear(&measured);
  limen_session_clear(&session);
  return status;
}

/* ---- options ---- */

/* "0.15,0.0018,0.4": what is left out stays typical. */
static int parse_spread(const char *text, struct limen_spread *out, struct limen_error *error) {
  double *const fields[] = {&out->query_sd, &out->build_sd, &out->shared};
  const char *at = text;
  *out = limen_spread_typical;
  for (size_t i = 0; text && i < 3; i++) {
    char *end;
    *fields[i] = strtod(at, &end);
    if (end == at || (*end && *end != ',') || !(*fields[i] >= 0 && *fields[i] <= 1)) break;
    if (!*end && out->query_sd > 0) return LIMEN_OK;
    at = end + 1;
  }
  if (!text) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_USAGE,
                    "--sd %.60s: QUERY[,BUILD[,SHARED]] is needed, numbers from 0 to 1, QUERY "
                    "above 0, such as 0.15,0.0018,0.4",
                    text);
}

static int check(struct wishes *wishes, const char *spread, struct limen_error *error) {
  const int sources = (wishes->baseline != NULL) + (wishes->source.results.count > 0);
  if (!wishes->detect_text)
    return LIMEN_FAIL(error, LIMEN_USAGE, "limen plan: --detect is missing, such as --detect 1pp");
  if (sources + (spread != NULL) > 1)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "limen plan: --sd, --baseline and --results each say how much numbers "
                      "spread; one of them is meant");
  int status = limen_gate_amount_of("--detect", wishes->detect_text, &wishes->detect,
                                    &wishes->points, error);
  if (status != LIMEN_OK) return status;
  const double tolerance =
      wishes->points ? wishes->settings.tolerance : wishes->settings.tolerance_relative;
  if (!wishes->points && sources == 0)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "limen plan: parts of a number need a number, from --baseline or --results; "
                      "points such as 1pp do not");
  if (wishes->detect <= tolerance)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "--detect %.40s: a loss of %g%s is put up with, and only a larger one can be "
                      "told from it; raise it or lower --tolerance",
                      wishes->detect_text, 100 * tolerance, wishes->points ? "pp" : "%");
  return parse_spread(spread, &wishes->spread, error);
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_texts words = {0}, tolerances = {0};
  struct wishes wishes = {0};
  const char *alpha = NULL, *numbers = NULL, *spread = NULL;
  long number = 0;
  const struct limen_option table[] = {
      {"--detect", LIMEN_OPTION_TEXT, &wishes.detect_text},
      {"--tolerance", LIMEN_OPTION_TEXTS, &tolerances},
      {"--alpha", LIMEN_OPTION_TEXT, &alpha},
      {"--numbers", LIMEN_OPTION_TEXT, &numbers},
      {"--sd", LIMEN_OPTION_TEXT, &spread},
      {"--baseline", LIMEN_OPTION_TEXT, &wishes.baseline},
      {"--results", LIMEN_OPTION_TEXTS, &wishes.source.results},
      {"--deterministic", LIMEN_OPTION_FLAG, &wishes.source.deterministic},
      {"--only", LIMEN_OPTION_TEXTS, &wishes.source.only},
      {"--json", LIMEN_OPTION_TEXT, &wishes.json},
      {0}};
  int status = limen_options_parse(count, arguments, table, 0, 0, &words, error);
  if (status == LIMEN_OK && numbers)
    status = limen_option_integer("--numbers", numbers, 1, NUMBERS_MOST, &number, error);
  if (status == LIMEN_OK)
    status = limen_gate_strictness(&tolerances, alpha, &wishes.settings, error);
  if (status == LIMEN_OK) {
    wishes.numbers = (size_t)number;
    status = check(&wishes, spread, error);
  }
  if (status == LIMEN_OK) status = answer(&wishes, error);
  limen_gate_source_clear(&wishes.source);
  limen_texts_clear(&tolerances);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_plan = {
    .name = "plan",
    .about = "how many queries and builds a gate needs",
    .help =
        "usage: limen plan --detect 1pp [--tolerance T] [--alpha A] [--numbers N]\n"
        "                  [--sd QUERY[,BUILD[,SHARED]] | --baseline FILE | --results "
        "FILE.csv...]\n"
        "                  [--only MEASURE]... [--deterministic] [--json F]\n"
        "\n"
        "Tells, for several numbers of builds a side, how many queries `limen check` needs to "
        "call\n"
        "a loss a regression 95 times in 100, and to pass a system that did not change as often.\n"
        "How much numbers spread is taken from a baseline or from results, else assumed and said.\n"
        "Both sides are supposed to have as many builds and the same queries, and the change to "
        "be\n"
        "alike for all queries: one that hits few of them needs more. A spread taken from few "
        "builds\n"
        "is itself a rough one.\n"
        "\n"
        "  --detect L       the loss: points of a share (1pp), or part of another number (10%)\n"
        "  --tolerance, --alpha, --results, --only, --deterministic: see `limen check --help`\n"
        "  --numbers N      how many are compared together; default: as many as there are, or 1\n"
        "  --sd Q[,B[,S]]   SD of a build's values over queries, SD of means over builds (0: "
        "nothing\n"
        "                   is drawn), share of the variance over queries that two builds have in\n"
        "                   common; default 0.15,0.0018,0.4\n"
        "\n"
        "Example:\n"
        "  limen plan --detect 1pp --numbers 20\n",
    .run = run,
};
