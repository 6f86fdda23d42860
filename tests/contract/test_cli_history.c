/* limen history as its users meet it: baselines, folders of them, runs, commits, and what is wrong
 * with a command line or a repository. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <sys/stat.h>

#include "base/process.h"
#include "base/text.h"
#include "contract/recall_world.h"

static struct program_setup here(const struct world *world) {
  return (struct program_setup){.folder = world->folder};
}

/* A CSV of `metrics` numbers m0, m1, ... around `value`, and a baseline of it. */
static void accept(const struct world *world, const char *baseline, int metrics, double value,
                   const char *reason) {
  const struct program_setup setup = here(world);
  struct limen_text text = {0};
  limen_text_add(&text, "build,query,value,metric\n");
  for (int m = 0; m < metrics; m++)
    for (int q = 0; q < 11; q++)
      limen_text_print(&text, "0,q%d,%g,m%d/x=%d\n", q, value + (q % 2 ? 0.01 : -0.01), m % 3, m);
  put_text(world, "found.csv", limen_text_string(&text));
  limen_text_clear(&text);
  expect_run(&setup, LIMEN_OK,
             WORDS("accept", "--results", "found.csv", "--baseline", baseline, "--reason", reason),
             WORDS(""));
}

static json_t *rows_of(const struct world *world, const char *name, json_t **root) {
  char *path = path_of(world->folder, name);
  *root = json_load_file(path, 0, NULL);
  assert_non_null(*root);
  free(path);
  return json_object_get(*root, "history");
}

static const char *word_of(const json_t *rows, size_t i, const char *key) {
  return json_string_value(json_object_get(json_array_get(rows, i), key));
}

/* ---- baselines ---- */

static void baselines_in_order(void **state) {
  const struct world *world = *state;
  const struct program_setup setup = here(world);
  accept(world, "a.json", 2, 0.57, "the first\nof them");
  accept(world, "b.json", 1, 0.32, "lower <b>");
  expect_output(
      &setup, WORDS("history", "a.json", "b.json", "--json", "h.json", "--metric", "m"),
      WORDS("m0/x=0 (share, higher is better)\n", "a.json; accepted: the first of them\n", "0.3191",
            "-25.00", "b.json; accepted: lower <b>\n", "m1/x=1 (share, ", " - "));
  /* What one of them has alone is not shown unless it is asked for. */
  struct program_result result = program_run(&setup, WORDS("history", "a.json", "b.json"));
  assert_int_equal(result.status, LIMEN_OK);
  assert_null(strstr(result.out, "m1/x=1"));
  program_result_clear(&result);

  json_t *root, *rows = rows_of(world, "h.json", &root);
  assert_int_equal(json_array_size(rows), 4);
  assert_string_equal(word_of(rows, 0, "name"), "m0/x=0");
  assert_string_equal(word_of(rows, 1, "source"), "b.json");
  assert_string_equal(word_of(rows, 0, "reason"), "the first\nof them");
  assert_true(fabs(json_number_value(json_object_get(json_array_get(rows, 1), "change")) + 0.25) <
              1e-9);
  assert_true(json_is_null(json_object_get(json_array_get(rows, 0), "change")));
  assert_true(json_is_null(json_object_get(json_array_get(rows, 3), "value")));
  assert_true(json_is_null(json_object_get(json_array_get(rows, 3), "unit")));
  json_decref(root);
}

static void plots(void **state) {
  const struct world *world = *state;
  const struct program_setup setup = here(world);
  accept(world, "a.json", 2, 0.57, "first");
  accept(world, "b.json", 2, 0.32, "second");
  expect_run(&setup, LIMEN_OK, WORDS("history", "a.json", "b.json", "a.json", "--plot", "h.svg"),
             WORDS(""));
  expect_run(&setup, LIMEN_OK, WORDS("history", "a.json", "b.json", "--plot", "h.png"), WORDS(""));
  char *path = path_of(world->folder, "h.svg"), *svg = read_whole(path, NULL);
  expect_word(svg, "<svg");
  expect_word(svg, "</svg>");
  free(svg);
  free(path);
  size_t length;
  path = path_of(world->folder, "h.png");
  char *png = read_whole(path, &length);
  assert_true(length > 1000 && memcmp(png, "\x89PNG", 4) == 0);
  free(png);
  free(path);
  /* Nothing is left beside them. */
  struct snapshot all = snapshot_take(world->folder, false);
  for (size_t i = 0; i < all.count; i++) assert_null(strstr(all.file[i].name, ".gp"));
  snapshot_clear(&all);
  expect_run(&setup, LIMEN_USAGE, WORDS("history", "a.json", "b.json", "--plot", "h.pdf"),
             WORDS("--plot h.pdf: a name that ends in .svg or .png is needed"));
}

static void many_numbers(void **state) {
  const struct world *world = *state;
  const struct program_setup setup = here(world);
  accept(world, "a.json", 11, 0.57, "first");
  expect_run(&setup, LIMEN_USAGE, WORDS("history", "a.json", "a.json"),
             WORDS("11 numbers occur in more than one measurement, too many to show; pick some "
                   "with --metric NAME, or the beginning of it: m0 (4), m1 (4), m2 (3)"));
  expect_output(&setup, WORDS("history", "a.json", "a.json", "--metric", "m2"),
                WORDS("m2/x=2 (", "m2/x=5 (", "m2/x=8 ("));
  /* A whole name is that number alone, whatever begins like it; several may be asked for. */
  struct program_result result =
      program_run(&setup, WORDS("history", "a.json", "--metric", "m1/x=1", "--metric", "m0/x=9"));
  assert_int_equal(result.status, LIMEN_OK);
  expect_word(result.out, "m1/x=1 (");
  expect_word(result.out, "m0/x=9 (");
  assert_null(strstr(result.out, "m1/x=10"));
  program_result_clear(&result);
  expect_run(&setup, LIMEN_USAGE, WORDS("history", "a.json", "--metric", "recall"),
             WORDS("--metric recall: no number is called that or begins so; there are: m0 (4), m1 "
                   "(4), m2 (3)"));
  expect_run(&setup, LIMEN_USAGE,
             WORDS("history", "a.json", "a.json", "--metric", "m", "--plot", "h.svg"),
             WORDS("--plot: 11 numbers are more than the 8"));
}

static void what_is_no_history(void **state) {
  const struct world *world = *state;
  const struct program_setup setup = here(world);
  accept(world, "a.json", 1, 0.57, "first");
  put_text(world, "o.csv", "build,query,value\n0,a,0.11\n0,b,0.32\n");
  expect_run(&setup, LIMEN_OK, WORDS("accept", "--results", "o.csv", "--baseline", "o.json"),
             WORDS(""));
  expect_run(&setup, LIMEN_USAGE, WORDS("history"),
             WORDS("limen history: baselines, folders of them or run folders are missing"));
  expect_run(&setup, LIMEN_USAGE, WORDS("history", "a.json"),
             WORDS("a.json is one measurement, and no history; give more, --git for the committed "
                   "versions of a baseline, or --metric NAME to see it all the same"));
  expect_run(&setup, LIMEN_INPUT, WORDS("history", "a.json", "o.json"),
             WORDS("no number occurs in more than one of the 2 measurements; --metric NAME shows "
                   "one all the same"));
  expect_run(&setup, LIMEN_INPUT, WORDS("history", "a.json", "none.json"), WORDS("none.json"));
  expect_run(&setup, LIMEN_INPUT, WORDS("history", "a.json", "o.csv"), WORDS("o.csv:1:"));
  expect_run(&setup, LIMEN_INPUT, WORDS("history", "more"),
             WORDS("more: this folder is no run, and has no baselines, which end in .json"));
}

/* ---- runs ---- */

static void runs(void **state) {
  const struct world *world = *state;
  const struct program_setup setup = here(world);
  put_text(world, "mine.yml",
           "name: mine\nkind: recall\nquestion: What does it find?\n"
           "params: { study: sweep, data: vectors.fvecs, queries: more/queries.fvecs, n: all, k: 5,"
           " M: 3, ef_construction: 6, ef: 12, builds: 2 }\n");
  run_well(world, "one", NULL, NULL, NULL);
  run_well(world, "two", "--set", "first_seed=2", NULL);
  put_vectors(world, "more/queries.fvecs", world->queries + D, QUERIES - 1);
  put_vectors(world, "vectors.fvecs", world->base, ROWS - 1);
  run_well(world, "three", "--set", "first_seed=2", NULL);
  expect_run(&setup, LIMEN_OK, WORDS("accept", "one", "--baseline", "b.json", "--reason", "well"),
             WORDS(""));
  expect_output(
      &setup,
      WORDS("history", "b.json", "one", "two", "three", "--metric", "recall/", "--json", "h.json"),
      WORDS("b.json; accepted: well\n", "+0.00  one\n",
            "* two; other definition: first_seed: 1 -> 2\n", "* three; other data\n"));
  json_t *root, *rows = rows_of(world, "h.json", &root);
  assert_int_equal(json_array_size(rows), 4);
  assert_string_equal(word_of(rows, 2, "definition"), "first_seed: 1 -> 2");
  assert_true(json_is_true(json_object_get(json_array_get(rows, 3), "data_changed")));
  assert_true(json_is_false(json_object_get(json_array_get(rows, 2), "data_changed")));
  assert_int_equal(strlen(word_of(rows, 1, "date")), 10);
  json_decref(root);
}

/* ---- git ---- */

static void git(const struct world *world, const char *const *words) {
  const char *all[24] = {"git",
                         "-c",
                         "user.email=nobody@example.org",
                         "-c",
                         "user.name=nobody",
                         "-c",
                         "commit.gpgsign=false"};
  struct limen_error error = {0};
  for (size_t i = 0; words[i]; i++) all[7 + i] = words[i];
  if (limen_process_run(all, world->folder, &error) != LIMEN_OK) fail_msg("%s", error.text);
}

static bool has_git(void) {
  const char *const words[] = {"git", "--version", NULL};
  return limen_process_run(words, NULL, NULL) == LIMEN_OK;
}

static void commit(const struct world *world, const char *name) {
  git(world, WORDS("add", "--", name));
  git(world, WORDS("commit", "-q", "-m", "one\nwith a body"));
}

/* Names that git or a shell would take for something else, a version that is no baseline, and one
 * that was deleted for a while. */
static void committed_versions(void **state) {
  static const char *const hostile[] = {"b.json", "-n.json", ":(glob)*.json", "a b;$(id)`id`.json",
                                        "HEAD"};
  const struct world *world = *state;
  const struct program_setup setup = here(world);
  if (!has_git()) skip();
  git(world, WORDS("init", "-q"));
  for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
    char name[64], at_word[96];
    snprintf(name, sizeof name, "./%s", hostile[i]);
    accept(world, name, 1, 0.57, "first");
    commit(world, name);
    put_text(world, hostile[i], "{}");
    commit(world, name);
    git(world, WORDS("rm", "-q", "--", name));
    git(world, WORDS("commit", "-q", "-m", "gone"));
    accept(world, name, 1, 0.32, "back");
    commit(world, name);
    snprintf(at_word, sizeof at_word, "note: left out: %s@", name);
    expect_run(&setup, LIMEN_OK, WORDS("history", "--git", name, "--json", "h.json"),
               WORDS(at_word, ": this is no baseline: it has no \"schema\""));
    json_t *root, *rows = rows_of(world, "h.json", &root);
    assert_int_equal(json_array_size(rows), 2);
    assert_string_equal(word_of(rows, 0, "reason"), "first");
    assert_string_equal(word_of(rows, 1, "reason"), "back");
    assert_int_equal(strlen(word_of(rows, 0, "source")), strlen(name) + 11);
    json_decref(root);
  }
}

/* Makes the last commit a signed one, which git would have gpg.program look at. */
static void sign(const struct world *world) {
  struct limen_text tree = {0}, text = {0}, hash = {0};
  char *path = path_of(world->folder, "commit");
  assert_int_equal(
      limen_process_read(WORDS("git", "rev-parse", "HEAD^{tree}"), world->folder, 100, &tree, NULL),
      LIMEN_OK);
  limen_text_print(&text,
                   "tree %sauthor a <a@b> 1700000000 +0000\ncommitter a <a@b> 1700000000 +0000\n"
                   "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n"
                   "signed\n",
                   limen_text_string(&tree));
  write_whole(path, limen_text_string(&text));
  assert_int_equal(limen_process_read(WORDS("git", "hash-object", "-t", "commit", "-w", path),
                                      world->folder, 100, &hash, NULL),
                   LIMEN_OK);
  hash.data[hash.length - 1] = '\0';
  git(world, WORDS("update-ref", "HEAD", hash.data));
  limen_text_clear(&tree);
  limen_text_clear(&text);
  limen_text_clear(&hash);
  free(path);
}

/* What a repository's own configuration says to start is not started. */
static void a_hostile_repository(void **state) {
  const struct world *world = *state;
  const struct program_setup setup = here(world);
  if (!has_git()) skip();
  git(world, WORDS("init", "-q"));
  accept(world, "b.json", 1, 0.57, "first");
  put_text(world, ".gitattributes", "*.json diff=evil filter=evil\n");
  commit(world, "b.json");
  accept(world, "b.json", 1, 0.32, "second");
  commit(world, "b.json");
  sign(world);
  char *script = path_of(world->folder, "evil");
  struct limen_text text = {0};
  limen_text_print(&text, "#!/bin/sh\ntouch %s/started\n", world->folder);
  put_text(world, "evil", limen_text_string(&text));
  limen_text_clear(&text);
  assert_int_equal(chmod(script, 0755), 0);
  static const char *const keys[] = {"core.pager",         "core.fsmonitor",     "diff.external",
                                     "diff.evil.command",  "diff.evil.textconv", "gpg.program",
                                     "filter.evil.smudge", "core.sshCommand"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    git(world, WORDS("config", keys[i], script));
  git(world, WORDS("config", "log.showSignature", "true"));
  git(world, WORDS("config", "log.decorate", "full"));
  git(world, WORDS("config", "color.ui", "always"));
  git(world, WORDS("config", "log.date", "raw"));
  expect_output(&setup, WORDS("history", "--git", "b.json", "--metric", "m0"),
                WORDS("accepted: second"));
  assert_false(is_there(world->folder, "started"));
  free(script);
}

static void no_versions(void **state) {
  const struct world *world = *state;
  const struct program_setup setup = here(world);
  if (!has_git()) skip();
  accept(world, "b.json", 1, 0.57, "first");
  expect_run(&setup, LIMEN_INPUT, WORDS("history", "--git", "b.json"),
             WORDS("b.json: its versions cannot be read: git failed: fatal: not a git repository"));
  git(world, WORDS("init", "-q"));
  put_text(world, "a", "");
  commit(world, "a");
  expect_run(&setup, LIMEN_INPUT, WORDS("history", "--git", "b.json"),
             WORDS("b.json: git has no version of it; `git add` and `git commit` make one"));
  put_text(world, "b.json", "{}");
  commit(world, "b.json");
  expect_run(&setup, LIMEN_INPUT, WORDS("history", "--git", "b.json"),
             WORDS("b.json: none of its versions is a baseline"));
  expect_run(&setup, LIMEN_INPUT, WORDS("history", "--git", "no/folder/b.json"),
             WORDS("no/folder/b.json: its versions cannot be read: cannot start git"));
}

/* Another program under the name of git: what it prints is checked before it is used. */
static void another_git(void **state) {
  static const struct {
    const char *prints, *says;
  } cases[] = {
      {"echo '; touch started; 2026-01-31'", "git tells of a commit in another way than asked"},
      {"echo 0123456789012345678901234567890123456789 2026-01-31x", "in another way than asked"},
      {"echo 0123456789012345678901234567890123456789 2026-1-31-", "in another way than asked"},
      {"echo 012345678901234567890123456789012345678g 2026-01-31", "in another way than asked"},
      {"while :; do echo 0123456789012345678901234567890123456789; done",
       "b.json: its versions cannot be read: git prints more than the 1048576 bytes that are "
       "taken"},
      {"exit 3", "b.json: its versions cannot be read: git failed: it gave no reason"},
  };
  const struct world *world = *state;
  struct limen_text path = {0};
  limen_text_print(&path, "PATH=%s:/usr/bin:/bin", world->folder);
  const struct program_setup setup = {.folder = world->folder,
                                      .environment = WORDS(limen_text_string(&path))};
  char *git_path = path_of(world->folder, "git");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct limen_text script = {0};
    limen_text_print(&script, "#!/bin/sh\n%s\n", cases[i].prints);
    put_text(world, "git", limen_text_string(&script));
    assert_int_equal(chmod(git_path, 0755), 0);
    expect_run(&setup, LIMEN_INPUT, WORDS("history", "--git", "b.json"), WORDS(cases[i].says));
    limen_text_clear(&script);
  }
  assert_false(is_there(world->folder, "started"));
  free(git_path);
  limen_text_clear(&path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(baselines_in_order),   TEST(plots),       TEST(many_numbers),
      TEST(what_is_no_history),   TEST(runs),        TEST(committed_versions),
      TEST(a_hostile_repository), TEST(no_versions), TEST(another_git),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
