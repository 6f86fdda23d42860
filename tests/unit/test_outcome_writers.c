/* What a gate says, in every format there is: counts, values, and names that would rather be
 * something else than text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those above. */
#include <cmocka.h>
#include <jansson.h>

#include "base/process.h"
#include "base/utf8.h"
#include "gate/outcome_writer.h"
#include "unit/gate_world.h"
#include "unit/scratch.h"

/* Markdown, HTML, XML, a mention, an issue, a link, a shell, a table, a line feed, an escape
 * sequence, a noncharacter, a byte that is no UTF-8. */
static const char hostile[] =
    "re\"call|`x`<script>alert('1')</script>&amp;]]> @team #12 https://a.b $(id)\n\x1b[31m"
    "\xef\xbf\xbe\xff/k=10";

/* ---- outcomes by hand ---- */

static struct limen_gate_finding *add(struct limen_gate_outcome *outcome, const char *name,
                                      enum limen_gate_verdict verdict, double old, double new) {
  assert_int_equal(limen_grow(&outcome->finding, &outcome->capacity, outcome->n + 1,
                              sizeof *outcome->finding, NULL),
                   LIMEN_OK);
  struct limen_gate_finding *finding = &outcome->finding[outcome->n++];
  *finding = (struct limen_gate_finding){.name = limen_copy_text(name, NULL),
                                         .unit = limen_copy_text("share", NULL),
                                         .words = limen_print(NULL, "of %s", name),
                                         .higher_is_better = true,
                                         .verdict = verdict,
                                         .basis = LIMEN_GATE_BY_PAIRED,
                                         .old_value = old,
                                         .new_value = new,
                                         .new_lower = new - 0.01,
                                         .new_upper = new + 0.03,
                                         .difference = new - old,
                                         .lower = new - old - 0.02,
                                         .upper = new - old + 0.02,
                                         .coverage = 0.98,
                                         .tolerance = 0.005,
                                         .p_regression = NAN,
                                         .p_pass = NAN,
                                         .smallest_drop = NAN};
  outcome->count[verdict]++;
  return finding;
}

static void be_of(struct limen_gate_finding *finding, const char *unit, bool higher_is_better) {
  limen_free(finding->unit);
  finding->unit = limen_copy_text(unit, NULL);
  finding->higher_is_better = higher_is_better;
}

static void start_outcome(struct limen_gate_outcome *outcome, const char *experiment) {
  *outcome = (struct limen_gate_outcome){.experiment = limen_copy_text(experiment, NULL),
                                         .source = limen_copy_text("reports/mine", NULL),
                                         .baseline = limen_copy_text("b.json", NULL),
                                         .accept = limen_copy_text("limen accept it", NULL),
                                         .alpha = 0.01,
                                         .family = 2,
                                         .tolerance = 0.005,
                                         .tolerance_relative = 0.05};
}

/* One of every verdict, and a name of the worst sort. */
static void make_all(struct limen_gate_outcome *outcome) {
  start_outcome(outcome, "my.own study");
  for (int v = 0; v < LIMEN_GATE_VERDICTS; v++) {
    char name[64];
    snprintf(name, sizeof name, "recall/v=%d", v);
    add(outcome, name, (enum limen_gate_verdict)v, v == LIMEN_GATE_NEW ? NAN : 0.57,
        v == LIMEN_GATE_MISSING ? NAN : 0.32);
  }
  add(outcome, hostile, LIMEN_GATE_REGRESSION, 0.83, 0.57);
  outcome->changed = limen_copy_text(hostile, NULL);
  outcome->machine = limen_copy_text(hostile, NULL);
}

static const struct limen_outcome_writer *writer_of(const char *option) {
  for (size_t i = 0; limen_outcome_writer_at(i); i++)
    if (strcmp(limen_outcome_writer_at(i)->option, option) == 0) return limen_outcome_writer_at(i);
  fail_msg("there is no %s", option);
  return NULL;
}

/* The file that a writer makes, released by limen_free, and its note in `note`. */
static char *written(const char *option, const struct limen_gate_outcome *outcome,
                     struct limen_text *note) {
  struct limen_text none = {0};
  struct limen_error error = {0};
  size_t count;
  const int status =
      limen_outcome_write(writer_of(option), outcome, at("out"), note ? note : &none, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  limen_text_clear(&none);
  return get_file(at("out"), &count);
}

static json_t *json_of(const char *option, const struct limen_gate_outcome *outcome,
                       struct limen_text *note) {
  char *text = written(option, outcome, note);
  json_error_t reason;
  json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &reason);
  if (!root) fail_msg("%s: %s: %s", option, reason.text, text);
  limen_free(text);
  return root;
}

static size_t times(const char *text, const char *word) {
  size_t count = 0;
  for (const char *found = text; (found = strstr(found, word)) != NULL; found++) count++;
  return count;
}

static void expect_in(const char *text, const char *word) {
  if (!strstr(text, word)) fail_msg("no \"%s\" in:\n%s", word, text);
}

/* ---- the contract ---- */

static void test_every_writer(void **state) {
  struct limen_gate_outcome outcome;
  (void)state;
  make_all(&outcome);
  for (size_t i = 0; limen_outcome_writer_at(i); i++) {
    const struct limen_outcome_writer *writer = limen_outcome_writer_at(i);
    struct limen_error error = {0};
    struct limen_text note = {0};
    assert_true(strncmp(writer->option, "--", 2) == 0 && *writer->about);
    char *once = written(writer->option, &outcome, NULL),
         *again = written(writer->option, &outcome, NULL);
    assert_string_equal(once, again);
    const size_t length = strlen(once);
    assert_true(length > 0 && once[length - 1] == '\n');
    for (size_t at_byte = 0; at_byte < length;) {
      uint32_t code;
      const size_t bytes = limen_utf8_decode(once + at_byte, length - at_byte, &code);
      if (bytes == 0 || (limen_utf8_is_control(code) && code != '\n') || code == 0xFFFE)
        fail_msg("%s: byte %zu is no text", writer->option, at_byte);
      at_byte += bytes;
    }
    limen_free(once);
    limen_free(again);
    /* Nothing half done where there is no room. */
    assert_int_equal(limen_outcome_write(writer, &outcome, at("no/such/folder"), &note, &error),
                     LIMEN_FAILED);
    says(&error, "no/such/folder");
    limen_text_clear(&note);
  }
  limen_gate_clear(&outcome);
}

/* ---- JUnit ---- */

/* Tags in angle brackets close in the order they were opened, with nothing but names and quoted
 * values inside. */
static void expect_nested(const char *xml) {
  char open[16][32];
  size_t depth = 0, elements = 0;
  const char *at = strstr(xml, "?>") + 2;
  while ((at = strchr(at, '<')) != NULL) {
    const bool closes = at[1] == '/';
    const char *name = at + 1 + closes;
    const size_t length = strcspn(name, " />");
    assert_true(length > 0 && length < sizeof *open);
    for (at = name + length; *at && *at != '>'; at++)
      if (*at == '"') at = strchr(at + 1, '"');
    assert_int_equal(*at, '>');
    if (closes) {
      assert_true(depth > 0);
      depth--;
      assert_true(strlen(open[depth]) == length && strncmp(open[depth], name, length) == 0);
    } else if (at[-1] != '/') {
      assert_true(depth < 16);
      snprintf(open[depth++], sizeof *open, "%.*s", (int)length, name);
    }
    elements++;
  }
  assert_int_equal(depth, 0);
  assert_true(elements > 2);
}

static bool has_program(const char *name) {
  const char *const command[] = {name, "--version", NULL};
  return limen_process_run(command, NULL, NULL) == LIMEN_OK;
}

static void expect_valid(const char *path) {
  struct limen_error error = {0};
  const char *const command[] = {
      "xmllint", "--nonet", "--noout", "--relaxng", LIMEN_SOURCE_DIR "/tests/junit.rng",
      path,      NULL};
  if (!has_program("xmllint")) {
    print_message("xmllint is not there: the schema is not asked\n");
    return;
  }
  if (limen_process_run(command, NULL, &error) != LIMEN_OK) fail_msg("%s", error.text);
}

static void test_junit(void **state) {
  struct limen_gate_outcome outcome;
  (void)state;
  make_all(&outcome);
  char *xml = written("--junit", &outcome, NULL);
  expect_in(xml, "<testsuites name=\"limen\" tests=\"9\" failures=\"5\" errors=\"0\"");
  expect_in(xml,
            "<testsuite name=\"my.own study\" tests=\"9\" failures=\"5\" errors=\"0\" "
            "skipped=\"2\"");
  assert_int_equal(times(xml, "<testcase classname=\"limen.my_own_study\" name=\""), 9);
  assert_int_equal(times(xml, "<failure message=\""), 5);
  assert_int_equal(times(xml, "<skipped message=\""), 2);
  assert_int_equal(times(xml, "<system-out>"), 4);
  assert_int_equal(times(xml, "type=\"regression\""), 2);
  assert_int_equal(times(xml, "type=\"other-data\""), 1);
  assert_int_equal(times(xml, "type=\"missing\""), 1);
  assert_int_equal(times(xml, "type=\"unproved\""), 1);
  expect_in(xml, "<property name=\"alpha\" value=\"0.01\"/>");
  expect_in(xml, "<property name=\"tolerance_of_shares\" value=\"0.005\"/>");
  expect_in(xml, "<property name=\"tolerance_of_other_numbers\" value=\"0.05\"/>");
  expect_in(xml, "<property name=\"baseline\" value=\"b.json\"/>");
  expect_in(xml,
            "name=\"re&quot;call|`x`&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;]]"
            "&gt; @team #12 https://a.b $(id)&#10;\u241B[31m\uFFFD\uFFFD/k=10\"");
  expect_nested(xml);
  expect_valid(at("out"));
  limen_free(xml);
  limen_gate_clear(&outcome);
}

/* Numbers that were compared with nothing are no passed tests. */
static void test_nothing_compared(void **state) {
  struct limen_gate_outcome outcome;
  (void)state;
  start_outcome(&outcome, "results");
  add(&outcome, "recall", LIMEN_GATE_NEW, NAN, 0.57);
  char *xml = written("--junit", &outcome, NULL), *text = written("--markdown", &outcome, NULL);
  expect_in(xml, "failures=\"0\" errors=\"0\" skipped=\"1\"");
  expect_in(xml, "<property name=\"status\" value=\"cannot tell\"/>");
  expect_in(text, "### ❔ <code>results</code>, cannot tell: 1 number: 1 new\n");
  limen_free(xml);
  limen_free(text);
  limen_gate_clear(&outcome);
}

/* The schema that the test holds files to does refuse some. */
static void test_schema_refuses(void **state) {
  static const char *const bad[] = {
      "<testsuites/>",
      "<testsuites name=\"a\" tests=\"-1\" failures=\"0\" errors=\"0\" time=\"0\"/>",
      "<testsuites name=\"a\" tests=\"1\" failures=\"0\" errors=\"0\" time=\"0\"><testsuite/>"
      "</testsuites>"};
  (void)state;
  if (!has_program("xmllint")) return;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const char *const command[] = {"xmllint",     "--noout",
                                   "--relaxng",   LIMEN_SOURCE_DIR "/tests/junit.rng",
                                   at("bad.xml"), NULL};
    put_file(at("bad.xml"), bad[i], strlen(bad[i]));
    assert_int_equal(limen_process_run(command, NULL, NULL), LIMEN_FAILED);
  }
}

/* ---- Bencher ---- */

static void test_bencher(void **state) {
  struct limen_gate_outcome outcome;
  struct limen_text note = {0};
  (void)state;
  start_outcome(&outcome, "mine");
  add(&outcome, "recall@10/data=a/ef=40", LIMEN_GATE_PASS, 0.91, 0.9);
  add(&outcome, "distances", LIMEN_GATE_PASS, 320, 321);
  be_of(&outcome.finding[1], "Distances a query", false);
  outcome.finding[1].new_lower = outcome.finding[1].new_upper = NAN;
  add(&outcome, "recall/gone", LIMEN_GATE_MISSING, 0.57, NAN);
  add(&outcome, "//", LIMEN_GATE_PASS, 1, 2);
  be_of(&outcome.finding[3], "%", true);
  add(&outcome, hostile, LIMEN_GATE_PASS, 0.57, 0.32);
  json_t *root = json_of("--bencher", &outcome, &note);
  json_t *recall =
      json_object_get(json_object_get(root, "recall@10/data=a/ef=40"), "recall-10-share");
  near(json_number_value(json_object_get(recall, "value")), 0.9, 1e-12);
  near(json_number_value(json_object_get(recall, "lower_value")), 0.89, 1e-12);
  near(json_number_value(json_object_get(recall, "upper_value")), 0.93, 1e-12);
  json_t *distances =
      json_object_get(json_object_get(root, "distances"), "distances-distances-a-query");
  near(json_number_value(json_object_get(distances, "value")), 321, 0);
  assert_int_equal(json_object_size(distances), 1);
  assert_non_null(json_object_get(json_object_get(root, "//"), "value"));
  assert_int_equal(json_object_size(root), 4);
  assert_string_equal(limen_text_string(&note),
                      "1 of 5 numbers were not measured and are left out");
  json_decref(root);
  limen_text_clear(&note);

  /* A measure of any length gives a slug that Bencher takes. */
  char name[200];
  memset(name, 'M', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  add(&outcome, name, LIMEN_GATE_PASS, 1, 1);
  root = json_of("--bencher", &outcome, NULL);
  json_t *measures = json_object_get(root, name);
  const char *slug = json_object_iter_key(json_object_iter(measures));
  assert_true(strlen(slug) <= 64 && strspn(slug, "m") >= 60);
  json_decref(root);
  limen_gate_clear(&outcome);
}

/* ---- github-action-benchmark ---- */

static void expect_bench(const json_t *bench, const char *name, const char *unit, double value,
                         const char *range) {
  assert_string_equal(json_string_value(json_object_get(bench, "name")), name);
  assert_string_equal(json_string_value(json_object_get(bench, "unit")), unit);
  near(json_number_value(json_object_get(bench, "value")), value, 1e-12);
  const json_t *given = json_object_get(bench, "range");
  if (range)
    assert_string_equal(json_string_value(given), range);
  else
    assert_null(given);
  assert_non_null(json_object_get(bench, "extra"));
}

static void test_action(void **state) {
  struct limen_gate_outcome outcome;
  struct limen_text note = {0};
  (void)state;
  start_outcome(&outcome, "mine");
  add(&outcome, "recall/ef=40", LIMEN_GATE_PASS, 0.91, 0.92);
  add(&outcome, "distances", LIMEN_GATE_PASS, 320, 321);
  be_of(&outcome.finding[1], "distances", false);
  add(&outcome, "critical_n", LIMEN_GATE_REGRESSION, 40, 20);
  be_of(&outcome.finding[2], "documents", true);
  outcome.finding[2].new_lower = 10;
  outcome.finding[2].new_upper = 25;
  add(&outcome, "effect", LIMEN_GATE_PASS, 1, -0.5);
  be_of(&outcome.finding[3], "points", true);
  outcome.finding[3].new_lower = NAN;
  add(&outcome, "gap", LIMEN_GATE_PASS, 0.1, 0);
  be_of(&outcome.finding[4], "value", true);
  add(&outcome, "loss", LIMEN_GATE_PASS, 0.1, -0.32);
  be_of(&outcome.finding[5], "value", false);
  add(&outcome, "a`b|c\nd", LIMEN_GATE_MISSING, 0.1, NAN);
  add(&outcome, "a`b|c\nd", LIMEN_GATE_PASS, 0.1, 0.5);
  json_t *root = json_of("--github-action-benchmark", &outcome, &note);
  assert_int_equal(json_array_size(root), 6);
  expect_bench(json_array_get(root, 0), "1 - recall/ef=40", "share", 0.08, "[0.05, 0.09]");
  expect_bench(json_array_get(root, 1), "distances", "distances", 321, "[321, 321]");
  expect_bench(json_array_get(root, 2), "1 / critical_n", "1 / documents", 0.05, "[0.04, 0.1]");
  expect_bench(json_array_get(root, 3), "100 - effect", "points", 100.5, NULL);
  expect_bench(json_array_get(root, 4), "loss", "value", -0.32, "[-0.33, -0.29]");
  expect_bench(json_array_get(root, 5), "1 - a'b\u00A6c d", "share", 0.5, "[0.47, 0.51]");
  expect_in(json_string_value(json_object_get(json_array_get(root, 2), "extra")),
            "measured 20, more is better; regression: of critical_n");
  assert_string_equal(limen_text_string(&note),
                      "2 of 8 numbers are left out: not measured, or 0 or less where more is "
                      "better, which has no form in which less is");
  json_decref(root);
  limen_text_clear(&note);
  limen_gate_clear(&outcome);
}

/* ---- Markdown ---- */

static void test_markdown(void **state) {
  struct limen_gate_outcome outcome;
  (void)state;
  start_outcome(&outcome, "mine");
  add(&outcome, "recall/ef=40", LIMEN_GATE_PASS, 0.91, 0.92);
  add(&outcome, "recall/ef=20", LIMEN_GATE_CANNOT_TELL, 0.83, 0.82);
  outcome.finding[1].smallest_drop = 0.0205;
  outcome.finding[1].needed_queries = 5300;
  outcome.finding[1].needed_builds = 11;
  add(&outcome, "recall/ef=10", LIMEN_GATE_REGRESSION, 0.57, 0.32);
  char *text = written("--markdown", &outcome, NULL);
  assert_string_equal(
      text,
      "### ❌ <code>mine</code> fails: 3 numbers: 1 regression, 1 cannot tell, 1 pass\n"
      "\n"
      "<code>reports/mine</code> against <code>b.json</code>. A loss of 0.5 points of a share, or "
      "5% of another number, is put up with; a false regression among all numbers that were tested "
      "(2), and a false pass, has a chance of 0.01 at most.\n"
      "\n"
      "| verdict | number | old | new | change | could have caught |\n"
      "|:--|:--|--:|--:|--:|--:|\n"
      "| ❌ regression | <code>recall/ef=10</code> | 0.5700 | 0.3200 | -25.00 [-27.00, -23.00] | – "
      "|\n"
      "| ❔ cannot tell | <code>recall/ef=20</code> | 0.8300 | 0.8200 | -1.00 [-3.00, +1.00] | 2.05 "
      "points |\n"
      "\n"
      "**Next**\n"
      "\n"
      "- To settle what cannot be told: **5300 queries**, or **11 builds a side** would let an "
      "unchanged system pass 95 times in 100.\n"
      "- If the change is meant: <code>limen accept it</code>\n"
      "\n"
      "<details><summary>In words</summary>\n"
      "\n"
      "- of recall/ef=10\n"
      "- of recall/ef=20\n"
      "\n"
      "</details>\n"
      "\n"
      "<details><summary>1 number that passes</summary>\n"
      "\n"
      "| verdict | number | old | new | change | could have caught |\n"
      "|:--|:--|--:|--:|--:|--:|\n"
      "| ✅ pass | <code>recall/ef=40</code> | 0.9100 | 0.9200 | +1.00 [-1.00, +3.00] | – |\n"
      "\n"
      "</details>\n"
      "\n"
      "<sub>change: new - old, of shares in points, with its interval; could have caught: the "
      "smallest loss that would have been called a regression 95 times in 100</sub>\n");
  limen_free(text);
  limen_gate_clear(&outcome);
}

/* What follows from each sort of outcome. */
static void test_markdown_next(void **state) {
  struct limen_gate_outcome outcome;
  (void)state;
  start_outcome(&outcome, "mine");
  add(&outcome, "recall/a", LIMEN_GATE_IMPROVEMENT, 0.57, 0.83);
  char *text = written("--markdown", &outcome, NULL);
  expect_in(text, "- To hold on to what is better or new: <code>limen accept it</code>\n");
  limen_free(text);

  add(&outcome, "recall/b", LIMEN_GATE_CANNOT_TELL, 0.57, 0.56);
  text = written("--markdown", &outcome, NULL);
  expect_in(text, "neither more queries nor more builds alone would settle any; `limen plan`");
  limen_free(text);

  add(&outcome, "recall/c", LIMEN_GATE_CANNOT_TELL, 0.57, 0.56)->needed_builds = 7;
  text = written("--markdown", &outcome, NULL);
  expect_in(text, "- To settle what cannot be told: **7 builds a side** (all but 1 of 2) would");
  limen_free(text);

  add(&outcome, "recall/d", LIMEN_GATE_MISSING, 0.57, NAN);
  text = written("--markdown", &outcome, NULL);
  expect_in(text, "- Finish the run: ");
  expect_in(text, "- If the change is meant: <code>");
  expect_in(text, "| ❌ missing | <code>recall/d</code> | 0.5700 | – | – | – |\n");
  limen_free(text);
  limen_gate_clear(&outcome);

  start_outcome(&outcome, "mine");
  outcome.identical = true;
  add(&outcome, "recall/a", LIMEN_GATE_PASS, 0.57, 0.57);
  text = written("--markdown", &outcome, NULL);
  expect_in(text, "### ✅ <code>mine</code> passes: 1 number: 1 pass\n");
  expect_in(text, "Every answer is the same as the baseline's, bit for bit.");
  assert_null(strstr(text, "Next"));
  limen_free(text);
  limen_gate_clear(&outcome);
}

static void test_markdown_of_hostile_names(void **state) {
  struct limen_gate_outcome outcome;
  (void)state;
  make_all(&outcome);
  char *text = written("--markdown", &outcome, NULL);
  expect_in(
      text,
      "| <code>re\"call\\|\\`x\\`&lt;script>alert('1')&lt;/script>\\&amp;\\]\\]> "
      "@<!-- -->team #<!-- -->12 https\\://a.b \\$(id) \u241B\\[31m\uFFFD\uFFFD/k=10</code> |");
  assert_null(strstr(text, "<script"));
  assert_null(strstr(text, "@team"));
  for (const char *line = text; *line; line += strcspn(line, "\n") + 1) { /* rows have 6 cells */
    size_t cells = 0;
    if (*line != '|') continue;
    for (const char *c = line; *c != '\n'; c++) cells += *c == '|' && (c == line || c[-1] != '\\');
    assert_int_equal(cells, 7);
  }
  limen_free(text);
  limen_gate_clear(&outcome);
}

/* ---- JSON ---- */

static void test_json(void **state) {
  struct limen_gate_outcome outcome;
  (void)state;
  make_all(&outcome);
  json_t *root = json_of("--json", &outcome, NULL), *findings = json_object_get(root, "findings");
  assert_int_equal(json_array_size(findings), 9);
  assert_string_equal(json_string_value(json_object_get(root, "status")), "fail");
  const json_t *last = json_array_get(findings, 8);
  near(json_number_value(json_object_get(last, "new_lower")), 0.56, 1e-12);
  near(json_number_value(json_object_get(last, "new_upper")), 0.6, 1e-12);
  expect_in(json_string_value(json_object_get(last, "name")), "<script>alert('1')</script>");
  assert_true(json_is_null(json_object_get(json_array_get(findings, LIMEN_GATE_MISSING), "new")));
  json_decref(root);
  limen_gate_clear(&outcome);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_every_writer),   TEST(test_junit),         TEST(test_nothing_compared),
      TEST(test_schema_refuses), TEST(test_bencher),       TEST(test_action),
      TEST(test_markdown),       TEST(test_markdown_next), TEST(test_markdown_of_hostile_names),
      TEST(test_json),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
