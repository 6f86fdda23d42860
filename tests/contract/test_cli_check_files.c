/* Files that limen check leaves for CI systems, whatever the answer is, and the baseline that a
 * definition names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "base/text.h"
#include "contract/recall_world.h"
#include "gate/outcome_writer.h"

static struct program_setup here(const struct world *world) {
  return (struct program_setup){.folder = world->folder};
}

/* Twelve queries and one build that answers them with `value`, more or less. */
static void put_results(const struct world *world, const char *name, double value) {
  struct limen_text text = {0};
  limen_text_add(&text, "build,query,value\n");
  for (int q = 0; q < 1200; q++)
    limen_text_print(&text, "0,q%d,%g\n", q, value + (q % 7 == 0 ? 0.01 : 0));
  put_text(world, name, limen_text_string(&text));
  limen_text_clear(&text);
}

/* ---- files ---- */

/* limen check with every writer there is; the files are left in the world's folder, named after
 * their options. */
static void check(const struct world *world, const char *results, int status) {
  const struct program_setup setup = here(world);
  const char *words[8 + 2 * LIMEN_OUTCOME_WRITERS_MOST] = {
      "check", "--results", results, "--deterministic", "--baseline", "b.json"};
  size_t count = 6;
  for (size_t i = 0; limen_outcome_writer_at(i); i++) {
    words[count++] = limen_outcome_writer_at(i)->option;
    words[count++] = limen_outcome_writer_at(i)->option + 2;
  }
  struct program_result result = program_run(&setup, words);
  if (result.status != status) fail_msg("exit status %d: %s", result.status, result.err);
  program_result_clear(&result);
}

/* Every writer's file is there, holds `word`s, and is removed again. */
static void expect_files(const struct world *world, const char *junit, const char *markdown) {
  for (size_t i = 0; limen_outcome_writer_at(i); i++) {
    const char *name = limen_outcome_writer_at(i)->option + 2;
    char *path = path_of(world->folder, name), *text = read_whole(path, NULL);
    if (strcmp(name, "junit") == 0) expect_word(text, junit);
    if (strcmp(name, "markdown") == 0) expect_word(text, markdown);
    assert_int_equal(remove(path), 0);
    free(text);
    free(path);
  }
}

static void files_whatever_the_answer(void **state) {
  const struct world *world = *state;
  const struct program_setup setup = here(world);
  put_results(world, "recall.csv", 0.57);
  expect_run(&setup, LIMEN_OK,
             WORDS("accept", "--results", "recall.csv", "--deterministic", "--baseline", "b.json"),
             WORDS(""));
  check(world, "recall.csv", LIMEN_OK);
  expect_files(world, "failures=\"0\" errors=\"0\" skipped=\"0\"", "passes: 1 number: 1 pass");
  put_results(world, "recall.csv", 0.32);
  check(world, "recall.csv", LIMEN_NO);
  expect_files(world, "failures=\"1\" errors=\"0\" skipped=\"0\"",
               "<code>limen accept --results recall.csv --deterministic --baseline b.json --reason "
               "'...'</code>");
  put_text(world, "recall.csv", "build,query,value\n0,a,0.57\n0,b,0.11\n");
  check(world, "recall.csv", LIMEN_CANNOT_TELL);
  expect_files(world, "failures=\"0\" errors=\"0\" skipped=\"1\"", "To settle what cannot be told");
  put_results(world, "other.csv", 0.57);
  check(world, "other.csv", LIMEN_NO);
  expect_files(world, "type=\"missing\"", "Finish the run");
}

/* Where a file cannot be written, that is the answer, and no half of it is left. */
static void a_file_that_cannot_be_written(void **state) {
  const struct world *world = *state;
  const struct program_setup setup = here(world);
  put_results(world, "recall.csv", 0.57);
  expect_run(&setup, LIMEN_OK,
             WORDS("accept", "--results", "recall.csv", "--deterministic", "--baseline", "b.json"),
             WORDS(""));
  for (size_t i = 0; limen_outcome_writer_at(i); i++)
    expect_run(&setup, LIMEN_FAILED,
               WORDS("check", "--results", "recall.csv", "--deterministic", "--baseline", "b.json",
                     limen_outcome_writer_at(i)->option, "no/folder"),
               WORDS("no/folder"));
}

static void help_names_every_writer(void **state) {
  (void)state;
  for (size_t i = 0; limen_outcome_writer_at(i); i++) {
    char line[64];
    snprintf(line, sizeof line, "\n  %s F", limen_outcome_writer_at(i)->option);
    expect_output(NULL, WORDS("check", "--help"), WORDS(line));
  }
}

static void numbers_without_a_form_are_told(void **state) {
  const struct world *world = *state;
  const struct program_setup setup = here(world);
  put_text(world, "gap.csv", "build,query,value\n0,a,-3\n0,b,2\n");
  expect_run(&setup, LIMEN_OK,
             WORDS("accept", "--results", "gap.csv", "--deterministic", "--baseline", "b.json"),
             WORDS(""));
  expect_run(&setup, LIMEN_OK,
             WORDS("check", "--results", "gap.csv", "--deterministic", "--baseline", "b.json",
                   "--github-action-benchmark", "g.json"),
             WORDS("note: --github-action-benchmark g.json: 1 of 1 numbers are left out"));
}

/* ---- the baseline that a definition names ---- */

static void put_definition(const struct world *world, const char *baseline) {
  struct limen_text text = {0};
  limen_text_print(&text,
                   "name: mine\nkind: recall\nquestion: What does it find?\n"
                   "params: { study: sweep, data: ../vectors.fvecs, queries: queries.fvecs,\n"
                   "          n: all, k: 5, M: 3, ef_construction: 6, ef: 12, builds: 2 }\n%s",
                   baseline);
  put_text(world, "more/mine.yml", limen_text_string(&text));
  limen_text_clear(&text);
}

static void a_definition_names_its_baseline(void **state) {
  const struct world *world = *state;
  const struct program_setup setup = here(world);
  const char *const *run_it = WORDS("run", "more/mine.yml", "--out", "out", "--quiet");
  put_definition(world, "");
  expect_run(&setup, LIMEN_OK, run_it, WORDS(""));
  expect_run(&setup, LIMEN_USAGE, WORDS("check", "out"),
             WORDS("limen check: --baseline FILE is missing, and the definition of out names none; "
                   "`limen accept` writes one"));

  put_definition(world, "baseline: kept/b.json\n");
  expect_run(&setup, LIMEN_OK, run_it, WORDS(""));
  expect_run(&setup, LIMEN_INPUT, WORDS("check", "out"),
             WORDS("more/kept/b.json: the baseline that the definition more/mine.yml names is not "
                   "there; give another with --baseline FILE, or write it with `limen accept`"));
  char *kept = path_of(world->folder, "more/kept");
  assert_int_equal(limen_folder_make(kept, NULL), LIMEN_OK);
  free(kept);
  expect_run(&setup, LIMEN_OK, WORDS("accept", "out", "--baseline", "more/kept/b.json"), WORDS(""));
  expect_output(&setup, WORDS("check", "out"),
                WORDS("out against more/kept/b.json, the baseline that its definition names\n"));
  /* Another one is taken when it is given. */
  expect_run(&setup, LIMEN_OK, WORDS("accept", "out", "--baseline", "c.json"), WORDS(""));
  expect_output(&setup, WORDS("check", "out", "--baseline", "c.json"),
                WORDS("out against c.json\n"));

  char *whole = path_of(world->folder, "c.json");
  struct limen_text line = {0};
  limen_text_print(&line, "baseline: %s\n", whole);
  put_definition(world, limen_text_string(&line));
  expect_run(&setup, LIMEN_OK, run_it, WORDS(""));
  expect_output(&setup, WORDS("check", "out"), WORDS("c.json, the baseline that its definition"));
  limen_text_clear(&line);
  free(whole);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(files_whatever_the_answer),       TEST(a_file_that_cannot_be_written),
      TEST(help_names_every_writer),         TEST(numbers_without_a_form_are_told),
      TEST(a_definition_names_its_baseline),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
