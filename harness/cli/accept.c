/* limen accept: a new baseline, on purpose. */
#include <stdio.h>
#include <time.h>

#include "cli/command.h"
#include "cli/gate_options.h"
#include "gate/baseline.h"

/* In UTC, as a baseline travels. */
static int today(char out[16], struct limen_error *error) {
  const time_t now = time(NULL);
  struct tm date;
  if (gmtime_r(&now, &date) && strftime(out, 16, "%Y-%m-%d", &date) > 0) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_FAILED, "the machine does not know the date");
}

/* A baseline that can only ever say "cannot tell" should be noticed when it is made. */
static void warn(const struct limen_measured *measured) {
  size_t few = 0, fewest = 0;
  for (size_t i = 0; i < measured->count; i++) {
    const struct limen_sample *sample = &measured->number[i].sample;
    if (!sample->values || !sample->drawn || sample->builds >= LIMEN_GATE_BUILDS_LEAST) continue;
    few++;
    fewest = sample->builds;
  }
  if (few > 0)
    fprintf(stderr,
            "note: %zu of %zu numbers rest on fewer than %d builds (%zu): as long as answers are "
            "the same bit for bit that is enough, otherwise nothing can be told from them\n",
            few, measured->count, LIMEN_GATE_BUILDS_LEAST, fewest);
}

static int answer(const struct limen_gate_source *source, const char *baseline, const char *reason,
                  struct limen_error *error) {
  struct limen_session session = {0};
  struct limen_measured measured = {0};
  char date[16];
  int status = today(date, error);
  if (status == LIMEN_OK) status = limen_gate_source_read(source, &session, &measured, error);
  if (status == LIMEN_OK && source->folder && session.plan.n_missing > 0)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s: a run that is not finished is no baseline",
                        source->folder);
  if (status == LIMEN_OK) status = limen_gate_source_keep(source, &measured, error);
  if (status == LIMEN_OK) status = limen_baseline_write(baseline, &measured, reason, date, error);
  if (status == LIMEN_OK) {
    warn(&measured);
    printf("%s: %zu numbers of %s\n", baseline, measured.count, measured.source);
  }
  limen_measured_clear(&measured);
  limen_session_clear(&session);
  return status;
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_texts words = {0};
  struct limen_gate_source source = {0};
  const char *baseline = NULL, *reason = NULL;
  const struct limen_option table[] = {
      {"--baseline", LIMEN_OPTION_TEXT, &baseline},
      {"--reason", LIMEN_OPTION_TEXT, &reason},
      {"--results", LIMEN_OPTION_TEXTS, &source.results},
      {"--lower", LIMEN_OPTION_TEXTS, &source.lower},
      {"--deterministic", LIMEN_OPTION_FLAG, &source.deterministic},
      {"--only", LIMEN_OPTION_TEXTS, &source.only},
      {0}};
  int status = limen_options_parse(count, arguments, table, 0, 1, &words, error);
  if (status == LIMEN_OK) status = limen_gate_source_check(&source, "accept", &words, error);
  if (status == LIMEN_OK && !baseline)
    status = LIMEN_FAIL(error, LIMEN_USAGE, "limen accept: --baseline FILE, to write, is missing");
  if (status == LIMEN_OK) status = answer(&source, baseline, reason, error);
  limen_gate_source_clear(&source);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_accept = {
    .name = "accept",
    .about = "write a new baseline, on purpose",
    .help =
        "usage: limen accept DIR --baseline FILE [--reason TEXT] [--only MEASURE]...\n"
        "       limen accept --results FILE.csv... --baseline FILE [--reason TEXT]\n"
        "                    [--lower METRIC]... [--deterministic] [--only MEASURE]...\n"
        "\n"
        "Writes the headline numbers of a finished run, or of any system's per-query results, "
        "into\n"
        "FILE: small JSON to keep beside the sources, for `limen check`. It holds the numbers "
        "with\n"
        "their intervals and what they are means of, hashes of data, queries and answers, the\n"
        "definition and the machine. Replacing a baseline takes a reason, which is kept in it\n"
        "together with all earlier ones.\n"
        "\n"
        "  --reason TEXT    why these numbers are right\n"
        "  --only MEASURE   keep these alone: what stands before the first slash of a name\n"
        "  --results, --lower, --deterministic: see `limen check --help`\n"
        "\n"
        "Example:\n"
        "  limen accept reports/ef_sweep --baseline tests/baselines/ef_sweep.json --only recall\n",
    .run = run,
};
