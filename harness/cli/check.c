/* limen check: whether the numbers of a run, or of any system, hold against a baseline. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/check_self.h"
#include "cli/command.h"
#include "cli/gate_options.h"
#include "cli/gate_proofs.h"
#include "cli/shell_word.h"
#include "gate/baseline.h"
#include "gate/compare.h"
#include "gate/outcome_writer.h"
#include "gate/words.h"
#include "report/escape.h"

struct wishes {
  struct limen_gate_source source;
  const char *baseline;                           /* NULL: the one that the definition names */
  const char *output[LIMEN_OUTCOME_WRITERS_MOST]; /* a file a writer, NULL: not asked for */
  struct limen_gate_settings settings;
};

/* ---- the table ---- */

static const char *or_dash(const char *unit, double value, char out[LIMEN_GATE_TEXT],
                           const char *(*print)(const char *, double, char *)) {
  return isnan(value) ? "-" : print(unit, value, out);
}

/* Names come from anyone: a terminal must not be turned around by them. */
static void print_visible(const char *before, const char *text, const char *after) {
  struct limen_text visible = {0};
  limen_visible_add(&visible, text, true);
  printf("%s%s%s", before, limen_text_string(&visible), after);
  limen_text_clear(&visible);
}

static void print_finding(const struct limen_gate_finding *finding) {
  const char *unit = finding->unit;
  char text[6][LIMEN_GATE_TEXT], p[32] = "-";
  if (!isnan(finding->p_regression))
    snprintf(p, sizeof p, finding->p_regression < 0.0001 ? "<0.0001" : "%.4f",
             finding->p_regression);
  printf("%-11s %9s %9s %8s %8s %8s %8s %9s", limen_gate_verdict_name(finding->verdict),
         or_dash(unit, finding->old_value, text[0], limen_gate_value),
         or_dash(unit, finding->new_value, text[1], limen_gate_value),
         or_dash(unit, finding->difference, text[2], limen_gate_signed),
         or_dash(unit, finding->lower, text[3], limen_gate_signed),
         or_dash(unit, finding->upper, text[4], limen_gate_signed), p,
         isnan(finding->smallest_drop)
             ? "-"
             : limen_gate_signed(unit, finding->smallest_drop, text[5]) + 1);
  print_visible("  ", finding->name, "\n");
}

static void print_table(const struct limen_gate_outcome *outcome) {
  printf("\n%-11s %9s %9s %8s %8s %8s %8s %9s\n", "verdict", "old", "new", "change", "lower",
         "upper", "p", "catches");
  for (size_t i = 0; i < outcome->n; i++) print_finding(&outcome->finding[i]);
  puts(
      "\nchange, lower, upper: new - old, of shares in points; p: that the loss is the tolerance "
      "at most;\ncatches: the smallest loss that would have been called a regression 95 times in "
      "100");
}

static void print_head(const struct wishes *wishes, const struct limen_measured *measured,
                       const struct limen_gate_outcome *outcome) {
  struct limen_text headline = {0};
  limen_gate_headline(outcome, &headline);
  print_visible("", measured->source, " against ");
  print_visible("", outcome->baseline,
                wishes->baseline ? "\n" : ", the baseline that its definition names\n");
  puts(limen_text_string(&headline));
  limen_text_clear(&headline);
  puts(outcome->identical ? "every answer is the same as the baseline's, bit for bit"
                          : "the answers are not the same as the baseline's, bit for bit");
  if (outcome->changed) print_visible("the definition has changed: ", outcome->changed, "\n");
  if (outcome->machine) print_visible("the machine is another one: ", outcome->machine, "\n");
  printf(
      "a loss of %g points of a share, or %g%% of another number, is put up with; a false "
      "regression\namong all that were tested (%zu) has a chance of %g at most, and so has a "
      "false pass\n",
      100 * wishes->settings.tolerance, 100 * wishes->settings.tolerance_relative, outcome->family,
      wishes->settings.alpha);
}

/* What is more to say than a line of the table can. */
static void print_words(const struct limen_gate_outcome *outcome) {
  for (int verdict = LIMEN_GATE_VERDICTS; verdict-- > LIMEN_GATE_PASS + 1;) {
    if (outcome->count[verdict] == 0) continue;
    printf("\n%s\n", limen_gate_verdict_name((enum limen_gate_verdict)verdict));
    for (size_t i = 0; i < outcome->n; i++)
      if ((int)outcome->finding[i].verdict == verdict)
        print_visible("  ", outcome->finding[i].words, "\n");
  }
}

/* ---- what follows ---- */

/* The first sentence about the worst. */
static const char *worst(const struct limen_gate_outcome *outcome) {
  const struct limen_gate_finding *found = NULL;
  for (size_t i = 0; i < outcome->n; i++)
    if (!found || outcome->finding[i].verdict > found->verdict) found = &outcome->finding[i];
  return found ? found->words : "";
}

/* A regression is what people look for first, whatever else is wrong. */
static const char *first_to_tell(const struct limen_gate_outcome *outcome) {
  for (size_t i = 0; i < outcome->n; i++)
    if (outcome->finding[i].verdict == LIMEN_GATE_REGRESSION) return outcome->finding[i].words;
  return worst(outcome);
}

static int conclude(const struct limen_gate_outcome *outcome, struct limen_error *error) {
  const int status = limen_gate_status(outcome);
  size_t failed = 0;
  for (size_t i = 0; i < outcome->n; i++)
    failed += limen_gate_status_of(outcome->finding[i].verdict) == LIMEN_NO;
  if (status == LIMEN_OK) return status;
  if (status == LIMEN_NO)
    return LIMEN_FAIL(error, status, "%zu of %zu numbers fail: %s", failed, outcome->n,
                      first_to_tell(outcome));
  if (outcome->count[LIMEN_GATE_CANNOT_TELL] == 0)
    return LIMEN_FAIL(error, status,
                      "nothing was compared: the baseline has none of these numbers");
  return LIMEN_FAIL(error, status, "cannot tell about %zu of %zu numbers: %s",
                    outcome->count[LIMEN_GATE_CANNOT_TELL], outcome->n, worst(outcome));
}

static bool has_certified(const struct limen_measured *measured) {
  for (size_t i = 0; i < measured->count; i++)
    if (limen_number_is_certified(measured->number[i].name)) return true;
  return false;
}

/* Proofs are looked at whatever the comparison says. */
static int prove(const struct wishes *wishes, const struct limen_session *session,
                 struct limen_gate_outcome *outcome, struct limen_error *error) {
  struct limen_error reason = {0};
  int status = limen_gate_prove(wishes->source.folder, session, &reason);
  if (status == LIMEN_OK) return LIMEN_OK;
  if (status == LIMEN_NO || status == LIMEN_INPUT)
    return limen_gate_unprove(outcome, reason.text, error);
  return LIMEN_FAIL(error, status, "%s", reason.text);
}

/* ---- the baseline ---- */

/* The file that the definition names, a new string: relative to the definition, as all its paths
 * are. */
static int named_baseline(const struct wishes *wishes, const struct limen_session *session,
                          char **out, struct limen_error *error) {
  const struct limen_definition *definition = &session->plan.definition;
  if (!wishes->source.folder || !definition->baseline)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "limen check: --baseline FILE is missing%s%s%s; `limen accept` writes one",
                      wishes->source.folder ? ", and the definition of " : "",
                      wishes->source.folder ? wishes->source.folder : "",
                      wishes->source.folder ? " names none" : "");
  const char *slash = strrchr(definition->path, '/');
  const int folder = slash ? (int)(slash + 1 - definition->path) : 0;
  *out = *definition->baseline == '/'
             ? limen_copy_text(definition->baseline, error)
             : limen_print(error, "%.*s%s", folder, definition->path, definition->baseline);
  if (!*out) return LIMEN_FAILED;
  if (limen_file_exists(*out)) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "%s: the baseline that the definition %s names is not there; give another with "
                    "--baseline FILE, or write it with `limen accept`",
                    *out, definition->path);
}

static int read_both(const struct wishes *wishes, struct limen_session *session,
                     struct limen_measured *old, struct limen_measured *new,
                     struct limen_error *error) {
  const struct limen_texts *only = &wishes->source.only;
  char *named = NULL;
  int status = LIMEN_OK;
  if (wishes->baseline) status = limen_baseline_read(wishes->baseline, old, error);
  if (status == LIMEN_OK) status = limen_gate_source_read(&wishes->source, session, new, error);
  if (status == LIMEN_OK && !wishes->baseline) {
    status = named_baseline(wishes, session, &named, error);
    if (status == LIMEN_OK) status = limen_baseline_read(named, old, error);
  }
  if (status == LIMEN_OK) status = limen_gate_source_keep(&wishes->source, old, error);
  /* What the baseline has and the run lacks is missing, not a slip of the pen. */
  if (status == LIMEN_OK) limen_measured_keep(new, only->text, only->count);
  limen_free(named);
  return status;
}

/* ---- files ---- */

static void add_each(struct limen_text *out, const char *option, const struct limen_texts *texts) {
  for (size_t i = 0; i < texts->count; i++) {
    limen_text_print(out, " %s", option);
    limen_shell_word(out, texts->text[i]);
  }
}

/* What to type to make of this the next baseline. */
static int say_accept(const struct limen_gate_source *source, struct limen_gate_outcome *outcome,
                      struct limen_error *error) {
  struct limen_text text = {0};
  limen_text_add(&text, "limen accept");
  if (source->folder) limen_shell_word(&text, source->folder);
  add_each(&text, "--results", &source->results);
  add_each(&text, "--lower", &source->lower);
  if (source->deterministic) limen_text_add(&text, " --deterministic");
  add_each(&text, "--only", &source->only);
  limen_text_add(&text, " --baseline");
  limen_shell_word(&text, outcome->baseline);
  limen_text_add(&text, " --reason '...'");
  int status = limen_text_status(&text, error);
  if (status == LIMEN_OK && !(outcome->accept = limen_copy_text(limen_text_string(&text), error)))
    status = LIMEN_FAILED;
  limen_text_clear(&text);
  return status;
}

static int write_files(const struct wishes *wishes, const struct limen_gate_outcome *outcome,
                       struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; limen_outcome_writer_at(i) && status == LIMEN_OK; i++) {
    struct limen_text note = {0};
    if (!wishes->output[i]) continue;
    status =
        limen_outcome_write(limen_outcome_writer_at(i), outcome, wishes->output[i], &note, error);
    if (status == LIMEN_OK && note.length > 0)
      fprintf(stderr, "note: %s %s: %s\n", limen_outcome_writer_at(i)->option, wishes->output[i],
              limen_text_string(&note));
    limen_text_clear(&note);
  }
  return status;
}

/* Files are replaced as they are written: each must be one of its own, and not the baseline. */
static int check_files(const struct wishes *wishes, struct limen_error *error) {
  for (size_t i = 0; limen_outcome_writer_at(i); i++) {
    const char *path = wishes->output[i], *option = limen_outcome_writer_at(i)->option;
    if (path && wishes->baseline && strcmp(path, wishes->baseline) == 0)
      return LIMEN_FAIL(error, LIMEN_USAGE, "limen check: %s would replace the baseline %s", option,
                        path);
    for (size_t j = 0; path && j < i; j++)
      if (wishes->output[j] && strcmp(path, wishes->output[j]) == 0)
        return LIMEN_FAIL(error, LIMEN_USAGE,
                          "limen check: %s and %s both name %s; each needs a file of its own",
                          limen_outcome_writer_at(j)->option, option, path);
  }
  return LIMEN_OK;
}

static int answer(const struct wishes *wishes, struct limen_error *error) {
  struct limen_session session = {0};
  struct limen_measured old = {0}, new = {0};
  struct limen_gate_outcome outcome = {0};
  int status = read_both(wishes, &session, &old, &new, error);
  if (status == LIMEN_OK)
    status = limen_gate_compare(&old, &new, &wishes->settings, &outcome, error);
  if (status == LIMEN_OK && wishes->source.folder && has_certified(&new))
    status = prove(wishes, &session, &outcome, error);
  if (status == LIMEN_OK) status = say_accept(&wishes->source, &outcome, error);
  if (status == LIMEN_OK) {
    print_head(wishes, &new, &outcome);
    print_table(&outcome);
    print_words(&outcome);
  }
  if (status == LIMEN_OK) status = write_files(wishes, &outcome, error);
  if (status == LIMEN_OK) status = conclude(&outcome, error);
  limen_gate_clear(&outcome);
  limen_measured_clear(&old);
  limen_measured_clear(&new);
  limen_session_clear(&session);
  return status;
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_texts words = {0}, tolerances = {0};
  struct wishes wishes = {0};
  const char *alpha = NULL;
  if (limen_check_self_wanted(count, arguments)) return limen_check_self(count, arguments, error);
  struct limen_option table[7 + LIMEN_OUTCOME_WRITERS_MOST + 1] = {
      {"--baseline", LIMEN_OPTION_TEXT, &wishes.baseline},
      {"--results", LIMEN_OPTION_TEXTS, &wishes.source.results},
      {"--lower", LIMEN_OPTION_TEXTS, &wishes.source.lower},
      {"--deterministic", LIMEN_OPTION_FLAG, &wishes.source.deterministic},
      {"--only", LIMEN_OPTION_TEXTS, &wishes.source.only},
      {"--tolerance", LIMEN_OPTION_TEXTS, &tolerances},
      {"--alpha", LIMEN_OPTION_TEXT, &alpha}};
  for (size_t i = 0; limen_outcome_writer_at(i); i++)
    table[7 + i] = (struct limen_option){limen_outcome_writer_at(i)->option, LIMEN_OPTION_TEXT,
                                         &wishes.output[i]};
  int status = limen_options_parse(count, arguments, table, 0, 1, &words, error);
  if (status == LIMEN_OK) status = limen_gate_source_check(&wishes.source, "check", &words, error);
  if (status == LIMEN_OK && !wishes.baseline && !wishes.source.folder)
    status = named_baseline(&wishes, NULL, NULL, error);
  if (status == LIMEN_OK) status = check_files(&wishes, error);
  if (status == LIMEN_OK)
    status = limen_gate_strictness(&tolerances, alpha, &wishes.settings, error);
  if (status == LIMEN_OK) status = answer(&wishes, error);
  limen_gate_source_clear(&wishes.source);
  limen_texts_clear(&tolerances);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_check = {
    .name = "check",
    .about = "whether a run's numbers hold against a baseline: passed, worse, or cannot tell",
    .help =
        "usage: limen check DIR [--baseline FILE] [--only MEASURE]...\n"
        "                   [--tolerance 0.5pp] [--tolerance 5%] [--alpha A]\n"
        "                   [--json F] [--junit F] [--bencher F] [--markdown F]\n"
        "                   [--github-action-benchmark F]\n"
        "       limen check --results FILE.csv... --baseline FILE [--lower METRIC]...\n"
        "                   [--deterministic] [the options above]\n"
        "       limen check --self [--smoke | --full] [--set KEY=VALUE]... [--out DIR]\n"
        "                   [--threads N] [--fresh] [--quiet]\n"
        "\n"
        "Compares every headline number of a run, or of any system's per-query results, with the\n"
        "same number in a baseline that `limen accept` wrote. Answers that are the same bit for\n"
        "bit pass. Else builds and queries are both taken for samples, queries paired where they\n"
        "are the same, and the change is tested from two sides: a regression shows that more was\n"
        "lost than the tolerance, a pass that less was lost. Where neither is shown the gate\n"
        "cannot tell; it then says which loss it could have caught and how many queries or builds\n"
        "would settle it. A system that draws something at random in building needs five builds a\n"
        "side. Proved numbers are proved again.\n"
        "\n"
        "Files for CI systems are written whatever the answer is, before the exit status says it.\n"
        "\n"
        "--self measures the gate itself: it runs the experiment gate_power, whose builds are "
        "made\n"
        "worse by known amounts, prints how often each loss raises an alarm, and fails when that "
        "is\n"
        "more often than promised or a loss of three tolerances is missed. Its report is in\n"
        "reports/gate_power, or where --out says.\n"
        "\n"
        "Exit status: 0 all pass; 1 a regression, a number that is missing, was measured on other\n"
        "data or is not proved; 5 cannot tell.\n"
        "\n"
        "  --baseline FILE  default for a run: the one that its definition names, if any\n"
        "  --json F         everything that is known\n"
        "  --junit F        JUnit's XML, a test case a number: what cannot be told, or is new, is\n"
        "                   skipped, and what exits with 1 fails\n"
        "  --bencher F      Bencher Metric Format, with the intervals of the new numbers\n"
        "  --github-action-benchmark F\n"
        "                   for its customSmallerIsBetter: 1 - share, 100 - points and 1 / any\n"
        "                   other number of which more is better, and says so in the name\n"
        "  --markdown F     a summary for people, for a pull request or a job's page\n"
        "  --results F      CSV with the head build,query,value or build,query,value,metric;\n"
        "                   without the fourth column the file's name is the metric. Repeatable\n"
        "  --lower METRIC   less of it is better\n"
        "  --deterministic  nothing is drawn at random in building: one build is all there is\n"
        "  --only MEASURE   compare these alone: fewer numbers, more power. Repeatable\n"
        "  --tolerance T    loss that is put up with: points of a share, default 0.5pp; part of\n"
        "                   any other number, default 5%\n"
        "  --alpha A        chance of a false regression among all numbers, and of a false pass;\n"
        "                   default 0.01\n"
        "\n"
        "Example:\n"
        "  limen check reports/ef_sweep --baseline tests/baselines/ef_sweep.json --only recall\n",
    .run = run,
};
