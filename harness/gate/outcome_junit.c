/* JUnit XML, as CI systems take it from any test runner: a number is a test case, a failure is one
 * that is worse, missing, unproved or measured on other data, and one that cannot be told is
 * skipped, with what would settle it. There is no schema that all readers agree on; what is written
 * is what Jenkins' asks for, in the order of it, and nothing beyond. */
#include "gate/outcome_writer.h"
#include "report/writer.h"

extern const struct limen_gate_writer limen_gate_writer_junit;

static void add_attribute(struct limen_text *out, const char *name, const char *value) {
  limen_text_print(out, " %s=\"", name);
  limen_html_escape(out,
                    value); /* the five characters are XML's, and no control character is left */
  limen_text_add(out, "\"");
}

static void add_property(struct limen_text *out, const char *name, const char *value) {
  limen_text_add(out, "   <property");
  add_attribute(out, "name", name);
  add_attribute(out, "value", value);
  limen_text_add(out, "/>\n");
}

static void add_number_property(struct limen_text *out, const char *name, double value) {
  char text[LIMEN_NUMBER_SIZE];
  add_property(out, name, limen_number(value, text));
}

static void add_properties(const struct limen_gate_outcome *outcome, struct limen_text *out) {
  limen_text_add(out, "  <properties>\n");
  add_property(out, "source", outcome->source);
  add_property(out, "baseline", outcome->baseline);
  add_number_property(out, "alpha", outcome->alpha);
  add_number_property(out, "tolerance", outcome->tolerance);
  add_number_property(out, "tolerance_relative", outcome->tolerance_relative);
  add_property(out, "identical", outcome->identical ? "true" : "false");
  if (outcome->changed) add_property(out, "changed", outcome->changed);
  if (outcome->machine) add_property(out, "machine", outcome->machine);
  limen_text_add(out, "  </properties>\n");
}

/* Readers make a tree of the dots in a class's name; the measure is its last branch. */
static void add_class(const struct limen_gate_outcome *outcome,
                      const struct limen_gate_finding *finding, struct limen_text *out) {
  struct limen_text class = {0};
  limen_text_print(&class, "limen.%s.%.*s", outcome->experiment,
                   limen_gate_name_of(finding->name).measure, finding->name);
  add_attribute(out, "classname", limen_text_string(&class));
  out->failed |= class.failed;
  limen_text_clear(&class);
}

static void add_case(const struct limen_gate_outcome *outcome,
                     const struct limen_gate_finding *finding, struct limen_text *out) {
  const int status = limen_gate_status_of(finding->verdict);
  limen_text_add(out, "  <testcase");
  add_attribute(out, "name", finding->name);
  add_class(outcome, finding, out);
  limen_text_add(out, ">\n");
  if (status == LIMEN_OK) {
    limen_text_add(out, "   <system-out>");
    limen_html_escape(out, finding->words);
    limen_text_add(out, "</system-out>\n");
  } else {
    const char *element = status == LIMEN_NO ? "failure" : "skipped";
    limen_text_print(out, "   <%s", element);
    add_attribute(out, "type", limen_gate_verdict_name(finding->verdict));
    add_attribute(out, "message", finding->words);
    limen_text_add(out, "/>\n");
  }
  limen_text_add(out, "  </testcase>\n");
}

static int print(const struct limen_gate_outcome *outcome, struct limen_text *out,
                 struct limen_error *error) {
  size_t failures = 0;
  const size_t skipped = outcome->count[LIMEN_GATE_CANNOT_TELL];
  for (int v = 0; v < LIMEN_GATE_VERDICTS; v++)
    if (limen_gate_status_of((enum limen_gate_verdict)v) == LIMEN_NO) failures += outcome->count[v];
  limen_text_print(out,
                   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<testsuites name=\"limen\" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n"
                   " <testsuite",
                   outcome->n, failures);
  add_attribute(out, "name", outcome->experiment);
  limen_text_print(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
                   outcome->n, failures, skipped);
  add_properties(outcome, out);
  for (size_t i = 0; i < outcome->n; i++) add_case(outcome, &outcome->finding[i], out);
  limen_text_add(out, " </testsuite>\n</testsuites>\n");
  return limen_text_status(out, error);
}

const struct limen_gate_writer limen_gate_writer_junit = {
    .option = "--junit",
    .about = "JUnit XML: a test case a number, failed, skipped where it cannot be told, or passed",
    .print = print,
};
