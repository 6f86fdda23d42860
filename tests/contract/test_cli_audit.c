/* An audit of vectors whose verdicts are known by hand, as a user runs it: what it says, what it
 * leaves behind, and that verifying notices what was altered.
 *
 * Four documents a, b, c, d stand around a fifth, e, in the plane, in this order: no direction has
 * e outermost, nor a and c (or b and d) together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka needs some of those above. */
#include <cmocka.h>

#include "base/error.h"
#include "base/file.h"
#include "data/format.h"
#include "support/folder.h"
#include "support/program.h"
#include "support/store.h"

enum { DOCUMENTS = 5, QUERIES = 6 };

static float documents[] = {.57f, .11f, -.32f, .83f, -.61f, -.27f, .23f, -.71f, .02f, .05f};
/* q1 .. q6 want: e; a, found; a, not found though (.57, .11) would do; a and c; a and d, found with
 * .443 against -.015; nothing. */
static float queries[] = {.3f, .1f, .9f, .11f, -.2f, .32f, .5f, .5f, 1, -.3f, .7f, .7f};
static const char ids[] = "a\nb\nc\nd\ne\n", query_ids[] = "q1\nq2\nq3\nq4\nq5\nq6\n",
                  qrels[] =
                      "q1\te\t1\nq2\ta\t1\nq3\ta\t1\nq4\ta\t1\nq4\tc\t1\nq5\ta\t1\nq5\td\t1\n"
                      "q6\tb\t0\nq2\tgone\t1\n";

struct fixture {
  char *folder;
  struct program_setup home;
};

static void put_vectors(const struct fixture *fixture, const char *name, float *values, size_t rows,
                        size_t columns) {
  struct limen_matrix matrix = {.rows = rows, .columns = columns, .values = values};
  struct limen_vectors vectors;
  char *path = path_of(fixture->folder, name);
  limen_vectors_lend(&vectors, &matrix);
  assert_int_equal(limen_vectors_write(path, &vectors, NULL), LIMEN_OK);
  free(path);
}

static void put_text(const struct fixture *fixture, const char *name, const char *text) {
  char *path = path_of(fixture->folder, name);
  write_whole(path, text);
  free(path);
}

static int make(void **state) {
  struct fixture *fixture = calloc(1, sizeof *fixture);
  fixture->folder = folder_make();
  fixture->home.folder = fixture->folder;
  put_vectors(fixture, "docs.fvecs", documents, DOCUMENTS, 2);
  put_vectors(fixture, "queries.npy", queries, QUERIES, 2);
  put_text(fixture, "docs.txt", ids);
  put_text(fixture, "queries.txt", query_ids);
  put_text(fixture, "qrels.tsv", qrels);
  *state = fixture;
  return 0;
}

static int unmake(void **state) {
  struct fixture *fixture = *state;
  folder_remove(fixture->folder);
  free(fixture);
  return 0;
}

#define AUDIT                                                                                \
  "audit", "docs.fvecs", "queries.npy", "qrels.tsv", "--doc-ids", "docs.txt", "--query-ids", \
      "queries.txt", "--quiet"

static void audit(const struct fixture *fixture, const char *out) {
  expect_output(&fixture->home, WORDS(AUDIT, "--out", out), WORDS("index.html"));
}

static char *read_in(const struct fixture *fixture, const char *name) {
  char *path = path_of(fixture->folder, name), *text = read_whole(path, NULL);
  free(path);
  return text;
}

/* The value of a column in the first row of results.csv. */
static double value_of(const struct fixture *fixture, const char *out, const char *column) {
  char name[64];
  snprintf(name, sizeof name, "%s/results.csv", out);
  char *text = read_in(fixture, name), *head = text, *row = strchr(text, '\n');
  *row++ = '\0';
  *strchr(row, '\n') = '\0';
  const char *title = strsep(&head, ","), *value = strsep(&row, ",");
  while (title && strcmp(title, column) != 0) {
    title = strsep(&head, ",");
    value = strsep(&row, ",");
  }
  if (!title || !value) fail_msg("there is no column %s", column);
  const double result = strtod(value, NULL);
  free(text);
  return result;
}

static void expect_column(const struct fixture *fixture, const char *out, const char *column,
                          double wanted) {
  const double got = value_of(fixture, out, column);
  if (got != wanted) fail_msg("%s of %s is %g, not %g", column, out, got, wanted);
}

/* ---- what is said ---- */

static void verdicts_are_those_by_hand(void **state) {
  const struct fixture *fixture = *state;
  static const char *const said[] = {
      "Of 5 queries 3 miss",
      ": 2 because no query vector could find their documents (proved), 1 "
      "although a better query exists",
      "Geometry is not vacuous", "cannot be told apart", "2 have a certificate"};
  audit(fixture, "out");
  expect_column(fixture, "out", "n_documents", 5);
  expect_column(fixture, "out", "asked", 5);
  expect_column(fixture, "out", "right", 2);
  expect_column(fixture, "out", "reachable", 1);
  expect_column(fixture, "out", "impossible", 2);
  expect_column(fixture, "out", "drowned", 0);
  expect_column(fixture, "out", "below", 0);
  expect_column(fixture, "out", "unknown", 0);
  expect_column(fixture, "out", "proofs", 2);
  expect_column(fixture, "out", "strangers", 1);
  expect_column(fixture, "out", "independent", 0);
  char *report = read_in(fixture, "out/report.md"), *summary = read_in(fixture, "out/summary.json");
  for (size_t i = 0; i < sizeof said / sizeof *said; i++) expect_word(report, said[i]);
  expect_word(report, "| all queries | q1 | 1 | impossible | 0 |");
  expect_word(report, "| all queries | q4 | 2 | impossible | 0 |");
  expect_word(summary,
              "\"audit_impossible/set=qrels.tsv/pattern=dense/documents=0/representation=user/d=0/"
              "step=given\"");
  expect_word(
      summary,
      "\"recall@k/set=qrels.tsv/pattern=dense/documents=0/representation=user/d=0/step=int8\"");
  free(report);
  free(summary);
}

/* a, b and c alone are affinely independent; of three such any set is some query's top. */
static void where_geometry_is_vacuous_it_says_so(void **state) {
  const struct fixture *fixture = *state;
  put_vectors(fixture, "docs.fvecs", documents, 3, 2);
  put_text(fixture, "docs.txt", "a\nb\nc\n");
  put_text(fixture, "qrels.tsv", "q1\tc\t1\nq2\ta\t1\nq4\ta\t1\nq4\tc\t1\n");
  audit(fixture, "out");
  expect_column(fixture, "out", "independent", 1);
  expect_column(fixture, "out", "impossible", 0);
  char *report = read_in(fixture, "out/report.md");
  expect_word(report, "*Geometry is vacuous* at all queries (3 documents in 2 dimensions)");
  free(report);
  expect_output(&fixture->home, WORDS("verify", "out"), WORDS("no claims", "every verdict"));
}

/* Rows are 0, 1, ... without files of ids, and a file may be called as a set is. */
static void rows_are_ids_where_none_are_given(void **state) {
  const struct fixture *fixture = *state;
  put_text(fixture, "small", "0 0 4 1\n1 0 0 1\n");
  expect_output(&fixture->home,
                WORDS("audit", "docs.fvecs", "queries.npy", "small", "--out", "out", "--quiet"),
                WORDS("index.html"));
  expect_column(fixture, "out", "asked", 2);
  expect_column(fixture, "out", "right", 1);
  expect_column(fixture, "out", "impossible", 1);
}

/* One bit a coordinate and the mean size as a scale: a is (.34, .34) and e (.035, .035), so that q2
 * keeps its a; but the query (1, -.3) of q5 turns into (.65, -.65), where a ties with e, and ties
 * count against it. */
static void steps_are_told_with_gains_and_losses(void **state) {
  const struct fixture *fixture = *state;
  expect_output(&fixture->home, WORDS(AUDIT, "--out", "out", "--set", "step=bit1"),
                WORDS("index.html"));
  expect_column(fixture, "out", "right", 2);
  expect_column(fixture, "out", "step_right", 1);
  expect_column(fixture, "out", "gains", 0);
  expect_column(fixture, "out", "losses", 1);
  expect_column(fixture, "out", "vector_bits", 2 + 32);
}

/* ---- the same again ---- */

static void threads_and_reports_do_not_show(void **state) {
  const struct fixture *fixture = *state;
  expect_output(&fixture->home, WORDS(AUDIT, "--out", "one", "--threads", "1"),
                WORDS("index.html"));
  expect_output(&fixture->home, WORDS(AUDIT, "--out", "four", "--threads", "4"),
                WORDS("index.html"));
  char *one = path_of(fixture->folder, "one"), *four = path_of(fixture->folder, "four");
  expect_same_folders(one, four);
  struct snapshot before = snapshot_take(one, true), after;
  put_text(fixture, "qrels.tsv", "lost"); /* a report needs the store alone */
  expect_output(&fixture->home, WORDS("report", "one"), WORDS("index.html"));
  after = snapshot_take(one, true);
  expect_same(&before, &after);
  snapshot_clear(&before);
  snapshot_clear(&after);
  free(one);
  free(four);
}

/* ---- verifying ---- */

#define FIRST "set=qrels.tsv_pattern=dense_documents=0_representation=user_d=0_instance=0_query=0"

static void verify_proves_it_all_again(void **state) {
  const struct fixture *fixture = *state;
  audit(fixture, "out");
  expect_output(&fixture->home, WORDS("verify", "out"),
                WORDS("2 claims proved", "5 queries of 1 cells audited again",
                      "2 impossible queries were proved again", "say what the store says"));
}

static void an_altered_certificate_is_noticed(void **state) {
  const struct fixture *fixture = *state;
  audit(fixture, "out");
  char *path = path_of(fixture->folder, "out/certificates/" FIRST "/documents.npy");
  flip_byte(path);
  expect_run(&fixture->home, LIMEN_NO, WORDS("verify", "out"), WORDS("documents.npy"));
  free(path);
}

/* Taken away with its lines in SHA256SUMS, all that is left holds. */
static void a_missing_certificate_is_noticed(void **state) {
  const struct fixture *fixture = *state;
  audit(fixture, "out");
  char *home = path_of(fixture->folder, "out/certificates/" FIRST);
  char *sums = path_of(fixture->folder, "out/certificates/SHA256SUMS");
  char *text = read_whole(sums, NULL), *left = calloc(strlen(text) + 1, 1), *save = NULL;
  assert_int_equal(limen_folder_remove(home, NULL), LIMEN_OK);
  for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
    if (!strstr(line, FIRST)) strcat(strcat(left, line), "\n");
  write_whole(sums, left);
  expect_run(&fixture->home, LIMEN_NO, WORDS("verify", "out"),
             WORDS(FIRST "/claim.json is missing"));
  free(home);
  free(sums);
  free(text);
  free(left);
}

/* Every verdict of the store made "right", its counts left as they were; then the counts. */
static void an_altered_store_is_noticed(void **state) {
  static const char *const changes[] = {
      "UPDATE answers SET bytes = X'0101010101', size = 5 WHERE name = 'verdict'",
      "DELETE FROM answers WHERE name = 'gaps'"};
  const struct fixture *fixture = *state;
  for (size_t i = 0; i < 2; i++) {
    char out[8];
    snprintf(out, sizeof out, "out%zu", i);
    audit(fixture, out);
    char *folder = path_of(fixture->folder, out);
    assert_true(store_change(folder, changes[i]) > 0);
    struct program_result result = program_run(&fixture->home, WORDS("verify", out));
    assert_int_not_equal(result.status, LIMEN_OK);
    expect_word(result.err, i == 0 ? "verdict" : "gaps");
    program_result_clear(&result);
    free(folder);
  }
}

static void other_vectors_are_noticed(void **state) {
  const struct fixture *fixture = *state;
  audit(fixture, "out");
  put_vectors(fixture, "queries.npy", documents, QUERIES - 1, 2);
  expect_run(&fixture->home, LIMEN_NO, WORDS("verify", "out"), WORDS("queries.npy"));
}

/* ---- refusals ---- */

static void what_does_not_fit_is_refused(void **state) {
  const struct fixture *fixture = *state;
  expect_run(&fixture->home, LIMEN_INPUT, WORDS("audit", "docs.fvecs", "queries.npy", "no.tsv"),
             WORDS("no.tsv: there is no such file (QRELS)"));
  expect_run(&fixture->home, LIMEN_INPUT,
             WORDS("audit", "docs.fvecs", "queries.npy", "qrels.tsv", "--out", "a"),
             WORDS("queries like \"q1\" and documents like \"e\"", "queries like \"0\"",
                   "a file of ids, one a line, names the rows"));
  expect_run(&fixture->home, LIMEN_INPUT,
             WORDS("audit", "docs.fvecs", "queries.npy", "qrels.tsv", "--doc-ids", "docs.txt",
                   "--query-ids", "docs.txt", "--out", "b"),
             WORDS("queries like \"a\""));
  put_text(fixture, "twice.txt", "a\nb\nc\nd\na\n");
  expect_run(&fixture->home, LIMEN_INPUT,
             WORDS("audit", "docs.fvecs", "queries.npy", "qrels.tsv", "--doc-ids", "twice.txt",
                   "--query-ids", "queries.txt", "--out", "c"),
             WORDS("\"a\" stands twice"));
  expect_run(&fixture->home, LIMEN_USAGE, WORDS(AUDIT, "--set", "representation=bm25"),
             WORDS("representation bm25 has no vectors to audit"));
  expect_run(&fixture->home, LIMEN_USAGE, WORDS(AUDIT, "--set", "step=int9"), WORDS("int8"));
  expect_run(&fixture->home, LIMEN_USAGE, WORDS("audit", "docs.fvecs"), WORDS("limen"));
}

/* The shipped definition, at its smallest. */
static void the_smoke_size_runs_and_verifies(void **state) {
  const struct fixture *fixture = *state;
  expect_output(&fixture->home,
                WORDS("run", LIMEN_SOURCE_DIR "/experiments/model_audit.yml", "--smoke", "--quiet",
                      "--out", "smoke"),
                WORDS("index.html"));
  expect_output(&fixture->home, WORDS("verify", "smoke"), WORDS("every verdict"));
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, make, unmake)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(verdicts_are_those_by_hand),        TEST(where_geometry_is_vacuous_it_says_so),
      TEST(rows_are_ids_where_none_are_given), TEST(steps_are_told_with_gains_and_losses),
      TEST(threads_and_reports_do_not_show),   TEST(verify_proves_it_all_again),
      TEST(an_altered_certificate_is_noticed), TEST(a_missing_certificate_is_noticed),
      TEST(an_altered_store_is_noticed),       TEST(other_vectors_are_noticed),
      TEST(what_does_not_fit_is_refused),      TEST(the_smoke_size_runs_and_verifies),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
