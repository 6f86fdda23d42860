/* A summary for people, as GitHub and GitLab show Markdown: a line with the verdict, a table of
 * what needs a look, what to do next, and what passed, folded.
 *
 * Names may come from anyone. They stand between <code> and </code> with everything escaped that
 * means something to Markdown: there neither a mention nor a reference to an issue is followed,
 * which a backslash does not prevent. */
#include <math.h>
#include <string.h>

#include "gate/outcome_writer.h"
#include "gate/words.h"
#include "report/writer.h"

static void add_code(struct limen_text *out, const char *text) {
  limen_text_add(out, "<code>");
  limen_markdown_escape(out, text);
  limen_text_add(out, "</code>");
}

static const char *sign_of(enum limen_gate_verdict verdict) {
  const int status = limen_gate_status_of(verdict);
  if (verdict == LIMEN_GATE_NEW) return "➕"; /* compared with nothing */
  return status == LIMEN_NO ? "❌" : status == LIMEN_CANNOT_TELL ? "❔" : "✅";
}

static bool passes(const struct limen_gate_finding *finding) {
  return finding->verdict == LIMEN_GATE_PASS;
}

/* ---- the table ---- */

static void add_value(struct limen_text *out, const char *unit, double value) {
  char text[LIMEN_GATE_TEXT];
  limen_text_print(out, " %s |", isnan(value) ? "–" : limen_gate_value(unit, value, text));
}

static void add_change(struct limen_text *out, const struct limen_gate_finding *finding) {
  char change[LIMEN_GATE_TEXT], lower[LIMEN_GATE_TEXT], upper[LIMEN_GATE_TEXT];
  if (isnan(finding->difference)) {
    limen_text_add(out, " – |");
    return;
  }
  limen_text_print(out, " %s", limen_gate_signed(finding->unit, finding->difference, change));
  if (!isnan(finding->lower) && !isnan(finding->upper))
    limen_text_print(out, " [%s, %s]", limen_gate_signed(finding->unit, finding->lower, lower),
                     limen_gate_signed(finding->unit, finding->upper, upper));
  limen_text_add(out, " |");
}

static void add_row(const struct limen_gate_finding *finding, struct limen_text *out) {
  char caught[LIMEN_GATE_TEXT];
  limen_text_print(out, "| %s %s | ", sign_of(finding->verdict),
                   limen_gate_verdict_name(finding->verdict));
  add_code(out, finding->name);
  limen_text_add(out, " |");
  add_value(out, finding->unit, finding->old_value);
  add_value(out, finding->unit, finding->new_value);
  add_change(out, finding);
  limen_text_add(out, " ");
  if (isnan(finding->smallest_drop))
    limen_text_add(out, "–");
  else
    limen_markdown_escape(out, limen_gate_amount(finding->unit, finding->smallest_drop, caught));
  limen_text_add(out, " |\n");
}

/* The worst first; of those that pass, or of all others. */
static void add_table(const struct limen_gate_outcome *outcome, bool passed,
                      struct limen_text *out) {
  limen_text_add(out,
                 "| verdict | number | old | new | change | could have caught |\n"
                 "|:--|:--|--:|--:|--:|--:|\n");
  for (int verdict = LIMEN_GATE_VERDICTS; verdict-- > 0;)
    for (size_t i = 0; i < outcome->n; i++)
      if ((int)outcome->finding[i].verdict == verdict && passes(&outcome->finding[i]) == passed)
        add_row(&outcome->finding[i], out);
  limen_text_add(out, "\n");
}

/* ---- what to do next ---- */

static void add_accept(const struct limen_gate_outcome *outcome, const char *why,
                       struct limen_text *out) {
  if (!outcome->accept) return;
  limen_text_print(out, "- %s: ", why);
  add_code(out, outcome->accept);
  limen_text_add(out, "\n");
}

/* What lets every number that could not be told be told: the most that any of them needs. */
static void add_needs(const struct limen_gate_outcome *outcome, struct limen_text *out) {
  size_t queries = 0, builds = 0, without_queries = 0, without_builds = 0;
  for (size_t i = 0; i < outcome->n; i++) {
    const struct limen_gate_finding *finding = &outcome->finding[i];
    if (finding->verdict != LIMEN_GATE_CANNOT_TELL) continue;
    if (finding->needed_queries > queries) queries = finding->needed_queries;
    if (finding->needed_builds > builds) builds = finding->needed_builds;
    without_queries += finding->needed_queries == 0;
    without_builds += finding->needed_builds == 0;
  }
  const size_t all = outcome->count[LIMEN_GATE_CANNOT_TELL];
  if (all == 0) return;
  if (queries == 0 && builds == 0) {
    limen_text_add(out,
                   "- Of what cannot be told, neither more queries nor more builds alone would "
                   "settle any; `limen plan` says what takes both.\n");
    return;
  }
  limen_text_add(out, "- To settle what cannot be told:");
  if (queries > 0) limen_text_print(out, " **%zu queries**", queries);
  if (queries > 0 && without_queries > 0)
    limen_text_print(out, " (all but %zu of %zu)", without_queries, all);
  if (builds > 0)
    limen_text_print(out, "%s **%zu builds a side**", queries > 0 ? ", or" : "", builds);
  if (builds > 0 && without_builds > 0)
    limen_text_print(out, " (all but %zu of %zu)", without_builds, all);
  limen_text_print(out, " would let an unchanged system pass %.0f times in 100.\n",
                   100 * LIMEN_GATE_POWER);
}

static void add_next(const struct limen_gate_outcome *outcome, struct limen_text *out) {
  const int status = limen_gate_status(outcome);
  const bool better =
      outcome->count[LIMEN_GATE_IMPROVEMENT] > 0 || outcome->count[LIMEN_GATE_NEW] > 0;
  if (status == LIMEN_OK && !better) return;
  limen_text_add(out, "**Next**\n\n");
  if (outcome->count[LIMEN_GATE_MISSING] > 0)
    limen_text_add(out, "- Finish the run: numbers of the baseline were not measured.\n");
  add_needs(outcome, out);
  if (status == LIMEN_NO)
    add_accept(outcome, "If the change is meant", out);
  else if (better)
    add_accept(outcome, "To hold on to what is better or new", out);
  limen_text_add(out, "\n");
}

/* ---- all of it ---- */

static void add_head(const struct limen_gate_outcome *outcome, struct limen_text *out) {
  const int status = limen_gate_status(outcome);
  limen_text_print(out, "### %s ", status == LIMEN_NO ? "❌" : status == LIMEN_OK ? "✅" : "❔");
  add_code(out, outcome->experiment);
  limen_text_add(out, status == LIMEN_NO   ? " fails: "
                      : status == LIMEN_OK ? " passes: "
                                           : ", cannot tell: ");
  limen_gate_headline(outcome, out);
  limen_text_add(out, "\n\n");
  if (outcome->source && outcome->baseline) {
    add_code(out, outcome->source);
    limen_text_add(out, " against ");
    add_code(out, outcome->baseline);
    limen_text_print(out,
                     ". A loss of %g points of a share, or %g%% of another number, is put up with; "
                     "a false regression among all numbers that were tested (%zu), and a false "
                     "pass, has a chance of %g at most.",
                     100 * outcome->tolerance, 100 * outcome->tolerance_relative, outcome->family,
                     outcome->alpha);
    limen_text_add(out, outcome->identical
                            ? " Every answer is the same as the baseline's, bit for bit.\n\n"
                            : "\n\n");
  }
}

static void add_changed(struct limen_text *out, const char *what, const char *text) {
  if (!text) return;
  limen_text_print(out, "%s ", what);
  add_code(out, text);
  limen_text_add(out, "\n\n");
}

/* What is more to say than a line of the table can. */
static void add_words(const struct limen_gate_outcome *outcome, struct limen_text *out) {
  for (int verdict = LIMEN_GATE_VERDICTS; verdict-- > LIMEN_GATE_PASS + 1;)
    for (size_t i = 0; i < outcome->n; i++) {
      if ((int)outcome->finding[i].verdict != verdict) continue;
      limen_text_add(out, "- ");
      limen_markdown_escape(out, outcome->finding[i].words);
      limen_text_add(out, "\n");
    }
  limen_text_add(out, "\n");
}

static int write(const struct limen_gate_outcome *outcome, struct limen_text *out,
                 struct limen_text *note, struct limen_error *error) {
  const size_t passed = outcome->count[LIMEN_GATE_PASS];
  (void)note;
  add_head(outcome, out);
  if (passed < outcome->n) add_table(outcome, false, out);
  add_changed(out, "The definition has changed:", outcome->changed);
  add_changed(out, "The machine is another one:", outcome->machine);
  add_next(outcome, out);
  if (passed < outcome->n) {
    limen_text_add(out, "<details><summary>In words</summary>\n\n");
    add_words(outcome, out);
    limen_text_add(out, "</details>\n\n");
  }
  if (passed > 0) {
    limen_text_print(out, "<details><summary>%zu number%s that pass%s</summary>\n\n", passed,
                     passed == 1 ? "" : "s", passed == 1 ? "es" : "");
    add_table(outcome, true, out);
    limen_text_add(out, "</details>\n\n");
  }
  limen_text_add(out,
                 "<sub>change: new - old, of shares in points, with its interval; could have "
                 "caught: the smallest loss that would have been called a regression 95 times in "
                 "100</sub>\n");
  return limen_text_status(out, error);
}

const struct limen_outcome_writer limen_outcome_markdown = {
    .option = "--markdown", .about = "a summary for people, as Markdown", .write = write};
