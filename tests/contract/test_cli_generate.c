/* `limen generate` for text collections, as its users see it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "support/folder.h"
#include "support/program.h"

static int make(void **state) {
  *state = folder_make();
  return 0;
}

static int unmake(void **state) {
  folder_remove(*state);
  return 0;
}

static const char *const files[] = {"corpus.jsonl",        "queries.jsonl",   "qrels.jsonl",
                                    "qrels/test.tsv",      "trec/ids.tsv",    "trec/qrels.trec",
                                    "trec/documents.trec", "trec/topics.trec"};
enum { FILES = sizeof files / sizeof *files };

/* From the user's own judgements; dataset.json says by which bytes. The program is started in
 * another folder the second time. */
static void test_files(void **state) {
  char *out = path_of(*state, "out"), *again = path_of(*state, "again");
  char *own = path_of(*state, "q.tsv"), set[512];
  write_whole(own, "q 1\tAda Abbott\t1\nq 2\tBo\t1\n");
  snprintf(set, sizeof set, "qrels=%s", own);
  expect_run(NULL, LIMEN_OK,
             WORDS("generate", "limit", "--out", out, "--set", "documents=70", "--seed", "11",
                   "--set", set),
             WORDS("70 documents, 2 queries and 2 judgements"));
  const struct program_setup elsewhere = {.folder = *state};
  expect_run(&elsewhere, LIMEN_OK,
             WORDS("generate", "limit", "--out", "again", "--set", "documents=70", "--seed", "11",
                   "--set", set),
             WORDS("again: 70 documents"));
  struct snapshot a = snapshot_take(out, false), b = snapshot_take(again, false);
  assert_int_equal(a.count, FILES + 1);
  for (size_t i = 0; i < FILES; i++) assert_true(is_there(out, files[i]));
  expect_same(&a, &b);
  snapshot_clear(&a);
  snapshot_clear(&b);

  char *path = path_of(out, "dataset.json"), *text = read_whole(path, NULL);
  json_t *about = json_loads(text, 0, NULL);
  assert_non_null(about);
  assert_string_equal(json_string_value(json_object_get(about, "dataset")), "limit");
  assert_int_equal(json_integer_value(json_object_get(about, "seed")), 11);
  assert_int_equal(json_integer_value(json_object_get(about, "judgements")), 2);
  const json_t *params = json_object_get(about, "params");
  assert_int_equal(json_integer_value(json_object_get(params, "documents")), 70);
  assert_string_equal(json_string_value(json_object_get(params, "pattern")), "dense");
  const json_t *inputs = json_object_get(about, "inputs");
  assert_int_equal(json_object_size(inputs), 1);
  assert_int_equal(strlen(json_string_value(json_object_get(inputs, own))), 64);
  json_decref(about);
  free(text);
  free(path);
  free(own);
  free(again);
  free(out);
}

/* What the other kind of dataset left in the folder is no part of this one. Judgements may be
 * taken from the folder that is written. */
static void test_same_folder(void **state) {
  char *out = path_of(*state, "out"), *own = path_of(out, "qrels.jsonl"), set[512];
  expect_run(NULL, LIMEN_OK, WORDS("generate", "clusters_mixed", "--out", out, "--set", "n=50"),
             WORDS("50"));
  assert_true(is_there(out, "labels.tsv"));
  expect_run(NULL, LIMEN_OK, WORDS("generate", "limit", "--out", out, "--set", "documents=46"),
             WORDS("46 documents"));
  assert_false(is_there(out, "labels.tsv"));
  assert_false(is_there(out, "base.npy"));
  assert_false(is_there(out, "queries.npy"));
  char *before = read_whole(own, NULL);
  snprintf(set, sizeof set, "qrels=%s", own);
  expect_run(NULL, LIMEN_OK,
             WORDS("generate", "limit", "--out", out, "--set", "documents=60", "--set", set),
             WORDS("60 documents"));
  char *after = read_whole(own, NULL);
  assert_string_equal(before, after);
  expect_run(NULL, LIMEN_OK, WORDS("generate", "gaussian", "--out", out, "--set", "n=50"),
             WORDS("50"));
  for (size_t i = 0; i < FILES; i++) assert_false(is_there(out, files[i]));
  free(before);
  free(after);
  free(own);
  free(out);
}

static void test_refusals(void **state) {
  char *out = path_of(*state, "out"), *names = path_of(*state, "names.txt"), set[512];
  write_whole(names, "Ada Abbott\nBo\nAbbott, Ada\n");
  snprintf(set, sizeof set, "names=%s", names);
  expect_run(NULL, LIMEN_INPUT, WORDS("generate", "limit", "--out", out, "--set", set),
             WORDS("names.txt:3: `Abbott, Ada`", "a comma"));
  expect_run(NULL, LIMEN_USAGE, WORDS("generate", "limitt", "--out", out),
             WORDS("unknown dataset limitt; nearest: limit", "subspace", "duplicates, limit"));
  expect_run(NULL, LIMEN_USAGE, WORDS("generate", "limit", "--out", out, "--set", "document=3"),
             WORDS("did you mean `documents`?"));
  assert_false(is_there(*state, "out"));
  free(names);
  free(out);
}

static void test_lists_and_descriptions(void **state) {
  (void)state;
  expect_output(NULL, WORDS("list", "datasets"), WORDS("duplicates", "limit", "in the manner of"));
  expect_output(NULL, WORDS("describe", "limit"),
                WORDS("dataset limit", "documents", "default 50000", "pattern", "synonym_table",
                      "limen generate limit --out data/limit --set documents=2000"));
  expect_output(NULL, WORDS("generate", "--help"), WORDS("Example", "limen generate limit"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_files, make, unmake),
      cmocka_unit_test_setup_teardown(test_same_folder, make, unmake),
      cmocka_unit_test_setup_teardown(test_refusals, make, unmake),
      cmocka_unit_test(test_lists_and_descriptions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
