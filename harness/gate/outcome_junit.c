/* JUnit's XML: one test case a number.
 *
 *   <testsuites><testsuite><properties/><testcase><failure/> ...
 * </testcase></testsuite></testsuites>
 *
 * Nobody owns this format. What is written is what the readers of Jenkins, GitLab, GitHub's actions
 * and Azure have in common: a suite counts tests, failures, errors and skipped ones, the root
 * counts all but the last, every case has a name, a classname and a time. Time is 0 and there is no
 * timestamp: neither is a property of the numbers. What cannot be told, or has nothing to be
 * compared with, is skipped; it did not pass. */
#include <math.h>

#include "gate/outcome_writer.h"
#include "gate/words.h"
#include "report/writer.h"

struct counts {
  size_t failures, skipped;
};

static bool is_skipped(const struct limen_gate_finding *finding) {
  return finding->verdict == LIMEN_GATE_CANNOT_TELL || finding->verdict == LIMEN_GATE_NEW;
}

static bool is_failure(const struct limen_gate_finding *finding) {
  return limen_gate_status_of(finding->verdict) == LIMEN_NO;
}

static struct counts count(const struct limen_gate_outcome *outcome) {
  struct counts counts = {0};
  for (size_t i = 0; i < outcome->n; i++) {
    counts.failures += is_failure(&outcome->finding[i]);
    counts.skipped += is_skipped(&outcome->finding[i]);
  }
  return counts;
}

/* In an attribute a line feed would be read as a blank. Control characters, which XML 1.0 has no
 * way to write, are visible signs by then. */
static void add_attribute(struct limen_text *out, const char *name, const char *text) {
  struct limen_text escaped = {0};
  limen_html_escape(&escaped, text);
  limen_text_print(out, " %s=\"", name);
  for (const char *at = limen_text_string(&escaped); *at; at++) {
    if (*at == '\n' || *at == '\t')
      limen_text_print(out, "&#%d;", *at);
    else
      limen_text_add_bytes(out, at, 1);
  }
  limen_text_add(out, "\"");
  out->failed = out->failed || escaped.failed;
  limen_text_clear(&escaped);
}

/* Readers take dots for packages, and slashes and blanks for parts of a path: the experiment is one
 * word behind "limen". */
static void add_class(struct limen_text *out, const char *experiment) {
  struct limen_text class = {0};
  limen_text_add(&class, "limen.");
  for (const char *at = experiment; *at; at++) {
    const char c = *at;
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || (c & 0x80);
    limen_text_add_bytes(&class, good ? at : "_", 1);
  }
  add_attribute(out, "classname", limen_text_string(&class));
  out->failed = out->failed || class.failed;
  limen_text_clear(&class);
}

static void add_property(struct limen_text *out, const char *name, const char *value) {
  limen_text_add(out, "      <property");
  add_attribute(out, "name", name);
  add_attribute(out, "value", value);
  limen_text_add(out, "/>\n");
}

static void add_number_property(struct limen_text *out, const char *name, double value) {
  char text[LIMEN_NUMBER_SIZE];
  add_property(out, name, limen_number(value, text));
}

static void add_properties(const struct limen_gate_outcome *outcome, struct limen_text *out) {
  limen_text_add(out, "    <properties>\n");
  if (outcome->baseline) add_property(out, "baseline", outcome->baseline);
  if (outcome->source) add_property(out, "measured", outcome->source);
  add_property(out, "status", limen_outcome_status_name(outcome));
  add_number_property(out, "alpha", outcome->alpha);
  add_number_property(out, "tolerance_of_shares", outcome->tolerance);
  add_number_property(out, "tolerance_of_other_numbers", outcome->tolerance_relative);
  add_property(out, "identical_answers", outcome->identical ? "true" : "false");
  if (outcome->changed) add_property(out, "definition_changed", outcome->changed);
  if (outcome->machine) add_property(out, "machine_changed", outcome->machine);
  limen_text_add(out, "    </properties>\n");
}

/* What readers fold away: the numbers behind the sentence. */
static void add_numbers(const struct limen_gate_finding *finding, struct limen_text *out) {
  static const char *const names[] = {"old", "new", "difference", "lower", "upper", "tolerance"};
  const double values[] = {finding->old_value, finding->new_value, finding->difference,
                           finding->lower,     finding->upper,     finding->tolerance};
  char number[LIMEN_NUMBER_SIZE];
  for (size_t i = 0; i < sizeof values / sizeof *values; i++)
    if (!isnan(values[i]))
      limen_text_print(out, "%s: %s\n", names[i], limen_number(values[i], number));
  limen_text_add(out, "unit: ");
  limen_html_escape(out, finding->unit);
  limen_text_print(out, "\nrests on: %s\n", limen_gate_basis_name(finding->basis));
}

/* "other data" becomes the type "other-data", one word. */
static void add_type(struct limen_text *out, enum limen_gate_verdict verdict) {
  limen_text_add(out, " type=\"");
  for (const char *at = limen_gate_verdict_name(verdict); *at; at++)
    limen_text_add_bytes(out, *at == ' ' ? "-" : at, 1);
  limen_text_add(out, "\"");
}

static void add_case(const struct limen_gate_outcome *outcome,
                     const struct limen_gate_finding *finding, struct limen_text *out) {
  limen_text_add(out, "    <testcase");
  add_class(out, outcome->experiment);
  add_attribute(out, "name", finding->name);
  limen_text_add(out, " time=\"0\">\n");
  if (is_failure(finding)) {
    limen_text_add(out, "      <failure");
    add_attribute(out, "message", finding->words);
    add_type(out, finding->verdict);
    limen_text_add(out, ">");
    limen_html_escape(out, finding->words);
    limen_text_add(out, "\n");
    add_numbers(finding, out);
    limen_text_add(out, "</failure>\n");
  } else if (is_skipped(finding)) {
    limen_text_add(out, "      <skipped");
    add_attribute(out, "message", finding->words);
    limen_text_add(out, "/>\n");
  }
  if (!is_failure(finding)) {
    limen_text_add(out, "      <system-out>");
    limen_html_escape(out, finding->words);
    limen_text_add(out, "\n");
    add_numbers(finding, out);
    limen_text_add(out, "</system-out>\n");
  }
  limen_text_add(out, "    </testcase>\n");
}

static int write(const struct limen_gate_outcome *outcome, struct limen_text *out,
                 struct limen_text *note, struct limen_error *error) {
  (void)note;
  const struct counts counts = count(outcome);
  limen_text_print(out,
                   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<testsuites name=\"limen\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
                   "time=\"0\">\n  <testsuite",
                   outcome->n, counts.failures);
  add_attribute(out, "name", outcome->experiment);
  limen_text_print(out,
                   " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\" time=\"0\">\n",
                   outcome->n, counts.failures, counts.skipped);
  add_properties(outcome, out);
  for (size_t i = 0; i < outcome->n; i++) add_case(outcome, &outcome->finding[i], out);
  limen_text_add(out, "  </testsuite>\n</testsuites>\n");
  return limen_text_status(out, error);
}

const struct limen_outcome_writer limen_outcome_junit = {
    .option = "--junit", .about = "a test case a number, as JUnit's XML", .write = write};
