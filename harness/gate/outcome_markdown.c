/* Markdown for the summary of a CI run: the verdict, a table of what needs a look, the sentences
 * about it, what to do next, and everything else folded away. Names are data from anywhere; they
 * stand in code, where nothing in them means anything, a mention of somebody included. */
#include <math.h>
#include <string.h>

#include "gate/compare.h"
#include "gate/outcome_writer.h"
#include "gate/words.h"
#include "report/escape.h"
#include "report/writer.h"

extern const struct limen_gate_writer limen_gate_writer_markdown;

enum { SENTENCES_SHOWN = 4 /* more of them fold away, as the table has the numbers */ };

/* ---- names ---- */

/* In a table a bar ends a cell even within code, unless it is escaped. */
static void add_code(struct limen_text *out, const char *text) {
  struct limen_text visible = {0};
  size_t fence = 1, run = 0;
  limen_visible_add(&visible, text, true);
  for (const char *at = limen_text_string(&visible); *at; at++) {
    run = *at == '`' ? run + 1 : 0;
    if (run >= fence) fence = run + 1;
  }
  for (size_t i = 0; i < fence; i++) limen_text_add(out, "`");
  if (fence > 1) limen_text_add(out, " ");
  for (const char *at = limen_text_string(&visible); *at; at++) {
    if (*at == '|') limen_text_add(out, "\\");
    limen_text_add_bytes(out, at, 1);
  }
  if (fence > 1) limen_text_add(out, " ");
  for (size_t i = 0; i < fence; i++) limen_text_add(out, "`");
  out->failed |= visible.failed;
  limen_text_clear(&visible);
}

/* Whether a name has this part between slashes. */
static bool has_part(const char *name, const char *part, size_t length) {
  for (const char *at = name; at; at = strchr(at, '/')) {
    if (*at == '/') at++;
    if (strncmp(at, part, length) == 0 && (at[length] == '/' || at[length] == '\0')) return true;
  }
  return false;
}

static bool is_common(const struct limen_gate_outcome *outcome, const char *part, size_t length) {
  for (size_t i = 0; i < outcome->n; i++)
    if (!has_part(outcome->finding[i].name, part, length)) return false;
  return true;
}

/* The parts of a name that all names have, or those that they do not. */
static void add_parts(const struct limen_gate_outcome *outcome, const char *name, bool common,
                      struct limen_text *out) {
  for (const char *at = name; *at;) {
    const size_t length = strcspn(at, "/");
    const bool measure = at == name;
    if ((!measure && is_common(outcome, at, length)) == common && !(measure && common)) {
      if (out->length > 0) limen_text_add(out, "/");
      limen_text_add_bytes(out, at, length);
    }
    at += length + (at[length] == '/');
  }
}

static void add_name(const struct limen_gate_outcome *outcome, const char *name, bool common,
                     struct limen_text *out) {
  struct limen_text parts = {0};
  add_parts(outcome, name, common && outcome->n > 1, &parts);
  add_code(out, limen_text_string(&parts));
  out->failed |= parts.failed;
  limen_text_clear(&parts);
}

/* ---- the table ---- */

static bool needs_a_look(const struct limen_gate_finding *finding) {
  return finding->verdict != LIMEN_GATE_PASS && finding->verdict != LIMEN_GATE_NEW;
}

static void add_cell(struct limen_text *out, const char *unit, double value,
                     const char *(*print)(const char *, double, char *)) {
  char text[LIMEN_GATE_TEXT];
  limen_text_add(out, isnan(value) ? "–" : print(unit, value, text));
}

static void add_row(const struct limen_gate_outcome *outcome,
                    const struct limen_gate_finding *finding, struct limen_text *out) {
  const char *unit = finding->unit;
  char lower[LIMEN_GATE_TEXT], upper[LIMEN_GATE_TEXT];
  limen_text_print(out, "| %s | ", limen_gate_verdict_name(finding->verdict));
  add_name(outcome, finding->name, false, out);
  limen_text_add(out, " | ");
  add_cell(out, unit, finding->old_value, limen_gate_value);
  limen_text_add(out, " | ");
  add_cell(out, unit, finding->new_value, limen_gate_value);
  limen_text_add(out, " | ");
  add_cell(out, unit, finding->difference, limen_gate_signed);
  if (!isnan(finding->lower))
    limen_text_print(out, " [%s, %s]", limen_gate_signed(unit, finding->lower, lower),
                     limen_gate_signed(unit, finding->upper, upper));
  limen_text_add(out, " | ");
  if (isnan(finding->smallest_drop))
    limen_text_add(out, "–");
  else
    limen_text_add(out, limen_gate_signed(unit, finding->smallest_drop, lower) + 1);
  limen_text_add(out, " |\n");
}

static void add_table(const struct limen_gate_outcome *outcome, bool look, struct limen_text *out) {
  limen_text_add(out,
                 "| verdict | number | old | new | change | would catch |\n"
                 "|---|---|--:|--:|--:|--:|\n");
  for (int v = LIMEN_GATE_VERDICTS; v-- > 0;)
    for (size_t i = 0; i < outcome->n; i++) {
      const struct limen_gate_finding *finding = &outcome->finding[i];
      if ((int)finding->verdict == v && needs_a_look(finding) == look)
        add_row(outcome, finding, out);
    }
  limen_text_add(out, "\n");
}

/* ---- around it ---- */

static void add_head(const struct limen_gate_outcome *outcome, struct limen_text *out) {
  const int status = limen_gate_status(outcome);
  struct limen_text headline = {0};
  limen_gate_headline(outcome, &headline);
  limen_text_print(out, "### %s: ",
                   status == LIMEN_OK   ? "Passed"
                   : status == LIMEN_NO ? "Failed"
                                        : "Cannot tell");
  add_code(out, outcome->experiment);
  limen_text_print(out, "\n\n%s. ", limen_text_string(&headline));
  if (outcome->identical) limen_text_add(out, "Every answer is the baseline's, bit for bit. ");
  limen_text_print(out,
                   "Put up with: %g points of a share, %g%% of another number; a false regression "
                   "among all has a chance of %g at most, and so has a false pass.\n\n",
                   100 * outcome->tolerance, 100 * outcome->tolerance_relative, outcome->alpha);
  out->failed |= headline.failed;
  limen_text_clear(&headline);
  if (outcome->n < 2) return;
  struct limen_text common = {0};
  add_parts(outcome, outcome->finding[0].name, true, &common);
  if (common.length > 0) {
    limen_text_add(out, "All numbers: ");
    add_code(out, limen_text_string(&common));
    limen_text_add(out, "\n\n");
  }
  out->failed |= common.failed;
  limen_text_clear(&common);
}

/* Sentences start with the number's name. */
static void add_sentence(const struct limen_gate_finding *finding, struct limen_text *out) {
  const size_t length = strlen(finding->name);
  limen_text_add(out, "- ");
  if (strncmp(finding->words, finding->name, length) == 0) {
    add_code(out, finding->name);
    limen_text_add(out, " ");
    limen_markdown_escape(out, finding->words + length + (finding->words[length] == ' '));
  } else {
    limen_markdown_escape(out, finding->words);
  }
  limen_text_add(out, "\n");
}

static void add_difference(struct limen_text *out, const char *what, const char *text) {
  if (!text) return;
  limen_text_print(out, "%s: ", what);
  add_code(out, text);
  limen_text_add(out, "\n\n");
}

static void add_next(const struct limen_gate_outcome *outcome, struct limen_text *out) {
  const size_t worse = outcome->count[LIMEN_GATE_REGRESSION],
               better = outcome->count[LIMEN_GATE_IMPROVEMENT];
  if (worse == 0 && better == 0 && outcome->count[LIMEN_GATE_MISSING] == 0) return;
  limen_text_print(out, "Where this is meant, a new baseline holds on to it: ");
  struct limen_text command = {0};
  limen_text_print(&command, "limen accept %s --baseline %s --reason \"why\"", outcome->source,
                   outcome->baseline);
  add_code(out, limen_text_string(&command));
  limen_text_add(out, "\n\n");
  out->failed |= command.failed;
  limen_text_clear(&command);
}

static int print(const struct limen_gate_outcome *outcome, struct limen_text *out,
                 struct limen_error *error) {
  size_t looks = 0;
  for (size_t i = 0; i < outcome->n; i++) looks += needs_a_look(&outcome->finding[i]);
  add_head(outcome, out);
  add_difference(out, "The definition has changed", outcome->changed);
  add_difference(out, "The machine is another one", outcome->machine);
  if (looks > 0) {
    const bool fold = looks > SENTENCES_SHOWN;
    add_table(outcome, true, out);
    if (fold) limen_text_add(out, "<details><summary>In words</summary>\n\n");
    for (size_t i = 0; i < outcome->n; i++)
      if (needs_a_look(&outcome->finding[i])) add_sentence(&outcome->finding[i], out);
    limen_text_add(out, fold ? "\n</details>\n\n" : "\n");
  }
  add_next(outcome, out);
  if (looks < outcome->n) {
    limen_text_print(out, "<details><summary>%zu numbers passed, or are new</summary>\n\n",
                     outcome->n - looks);
    add_table(outcome, false, out);
    limen_text_add(out, "</details>\n\n");
  }
  limen_text_add(
      out,
      "Changes are new − old, of shares in points, with their intervals; *would catch* "
      "is the smallest loss that would have been called a regression 95 times in 100.\n");
  return limen_text_status(out, error);
}

const struct limen_gate_writer limen_gate_writer_markdown = {
    .option = "--markdown",
    .about = "a summary for people, as CI systems show it",
    .print = print,
};
