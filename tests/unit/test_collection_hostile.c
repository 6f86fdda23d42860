/* What strangers may put in the way of the readers of collections and runs, and collections of many
 * queries or in folders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka needs those above. */
#include <cmocka.h>
#include <zlib.h>

#include "data/collection_read.h"
#include "data/lines.h"
#include "retrieval/ranking_read.h"
#include "unit/scratch.h"

static void put_gz(const char *path, const char *content) {
  gzFile file = gzopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(gzwrite(file, content, (unsigned)strlen(content)), (int)strlen(content));
  gzclose(file);
}

/* ---- hostile files, for every reader ---- */

typedef int (*reader)(const char *path, struct limen_error *error);

static int read_passages(const char *path, struct limen_error *error) {
  struct limen_passages got;
  int status = limen_passages_read(path, &got, error);
  limen_passages_clear(&got);
  return status;
}
static int read_qrels(const char *path, struct limen_error *error) {
  struct limen_qrels got;
  int status = limen_qrels_read(path, &got, error);
  limen_qrels_clear(&got);
  return status;
}
static int read_run(const char *path, struct limen_error *error) {
  struct limen_ranking got;
  int status = limen_ranking_read(path, &got, error);
  limen_ranking_clear(&got);
  return status;
}
static const reader readers[] = {read_passages, read_qrels, read_run};
enum { READERS = 3 };

static void expect_all_refuse(const char *path, const char *words) {
  for (size_t r = 0; r < READERS; r++) {
    struct limen_error error = {0};
    assert_int_equal(readers[r](path, &error), LIMEN_INPUT);
    if (words && !strstr(error.text, words))
      fail_msg("reader %zu: \"%s\" does not say \"%s\"", r, error.text, words);
  }
}

static void test_no_text_files(void **state) {
  (void)state;
  expect_all_refuse(at("nothing-there"), "cannot be read: No such file");
  put_file(at("nul"), "1 0 d 1\n2 0\0d 1\n", 16);
  for (size_t r = 1; r < READERS; r++) {
    struct limen_error error = {0};
    assert_int_equal(readers[r](at("nul"), &error), LIMEN_INPUT);
    assert_non_null(strstr(error.text, r == 1 ? "nul:2: there is a NUL byte; this is no text file"
                                              : "nul:1: 4 columns"));
  }
  put_file(at("nul"), "\0\0\0\0", 4);
  expect_all_refuse(at("nul"), "nul:1: there is a NUL byte");
  put_gz(at("cut.gz"), "1 0 d 1\n");
  size_t count = 0;
  char *bytes = get_file(at("cut.gz"), &count);
  put_file(at("cut.gz"), bytes, count - 4);
  expect_all_refuse(at("cut.gz"), "cut.gz: the compressed data is damaged or cut short");
  limen_free(bytes);
  assert_int_equal(limen_folder_make(at("empty"), NULL), LIMEN_OK);
  struct limen_error error = {0};
  assert_int_equal(read_passages(at("empty"), &error), LIMEN_INPUT);
  assert_non_null(strstr(error.text, "empty: the folder is empty"));
  assert_int_equal(read_qrels(at("empty"), &error), LIMEN_INPUT);
  assert_non_null(strstr(error.text, "it is a folder"));
}

/* One line of more bytes than a line may have, packed to very few. */
static void test_huge_line(void **state) {
  (void)state;
  enum { PIECE = 1 << 20 };
  char *piece = malloc(PIECE);
  memset(piece, 'x', PIECE);
  gzFile file = gzopen(at("huge.gz"), "wb1");
  for (size_t i = 0; i <= LIMEN_LINE_MOST / PIECE; i++)
    assert_int_equal(gzwrite(file, piece, PIECE), PIECE);
  gzclose(file);
  free(piece);
  expect_all_refuse(at("huge.gz"),
                    "huge.gz:1: the line has 68157440 bytes, more than the 67108864");
}

static void test_deep_json(void **state) {
  (void)state;
  enum { DEPTH = 500000 };
  static const char start[] = "{\"_id\": ";
  char *text = malloc(sizeof start + DEPTH);
  strcpy(text, start);
  memset(text + strlen(start), '[', DEPTH);
  put_file(at("deep"), text, strlen(start) + DEPTH);
  free(text);
  for (size_t r = 0; r < 2; r++) {
    struct limen_error error = {0};
    assert_int_equal(readers[r](at("deep"), &error), LIMEN_INPUT);
    assert_non_null(strstr(error.text, "maximum parsing depth reached"));
  }
}

/* Right files with bytes changed at random: whatever comes, no crash, and no error without words.
 */
static void test_damaged(void **state) {
  (void)state;
  static const char *const files[] = {
      "{\"_id\":\"a b\",\"title\":\"t\",\"text\":\"x\\u00e9\"}\n{\"_id\":\"c\",\"text\":\"y\"}\n",
      "{\"query-id\":\"a b\",\"corpus-id\":\"t\",\"score\":2}\n",
      "<DOC>\n<DOCNO>1</DOCNO>\n<TITLE>x &amp; y</TITLE>text\n</DOC>\n<top><num>2<title>z</top>\n",
      "query-id\tcorpus-id\tscore\na\tb c\t1\n",
      "1 0 d 1\n2 0 e -1\n",
      "1 Q0 d 1 0.5 run\n1 Q0 e 2 0.25 run\n"};
  static const char alphabet[] =
      "<>/&;\t\n \"{}[],:0-.eE#\\u\xc3\x80\xff"
      "DOCtopnum";
  uint32_t random = 12345;
  for (size_t f = 0; f < sizeof files / sizeof *files; f++)
    for (size_t turn = 0; turn < 300; turn++) {
      char text[256];
      const size_t length = strlen(files[f]);
      memcpy(text, files[f], length);
      for (size_t i = 0; i < 1 + turn % 4; i++) {
        random = random * 1664525 + 1013904223;
        text[(random >> 8) % length] = alphabet[(random >> 20) % sizeof alphabet];
      }
      FILE *file = fopen(at("file"), "wb"); /* not put_file, which waits for the disk */
      assert_non_null(file);
      assert_int_equal(fwrite(text, 1, length, file), length);
      assert_int_equal(fclose(file), 0);
      for (size_t r = 0; r < READERS; r++) {
        struct limen_error error = {0};
        int status = readers[r](at("file"), &error);
        assert_true(status == LIMEN_OK || status == LIMEN_INPUT);
        assert_true(status == LIMEN_OK || strstr(error.text, "/file") != NULL);
      }
    }
}

/* ---- many queries ---- */

/* 300,000 queries whose judgements are far apart: a search through all for each would not end. */
static void test_many_queries(void **state) {
  (void)state;
  enum { QUERIES = 300000 };
  struct limen_qrels qrels = {0};
  char id[16];
  for (size_t turn = 0; turn < 2; turn++)
    for (size_t q = 0; q < QUERIES; q++) {
      snprintf(id, sizeof id, "q%zu", q * 7919 % QUERIES);
      assert_int_equal(limen_qrels_add(&qrels, id, turn ? "b" : "a", (int32_t)turn, NULL),
                       LIMEN_OK);
    }
  assert_int_equal(qrels.count, QUERIES);
  for (size_t q = 0; q < QUERIES; q++) {
    snprintf(id, sizeof id, "q%zu", q);
    const struct limen_judged_query *found = limen_qrels_find(&qrels, id);
    assert_non_null(found);
    assert_int_equal(found->count, 2);
    assert_string_equal(found->judgement[1].document, "b");
  }
  assert_null(limen_qrels_find(&qrels, "q300000"));
  limen_qrels_clear(&qrels);
}

static void test_id_table(void **state) {
  (void)state;
  static const char *const ids[] = {"x", "Ada Ng", "", "y", "Ada Ng"};
  struct limen_id_table *table = NULL;
  struct limen_error error = {0};
  assert_int_equal(limen_id_table_make(ids, 4, sizeof *ids, &table, &error), LIMEN_OK);
  assert_int_equal(limen_id_table_find(table, "Ada Ng"), 1);
  assert_int_equal(limen_id_table_find(table, ""), 2);
  assert_true(limen_id_table_find(table, "Ada") == SIZE_MAX);
  limen_id_table_free(table);
  assert_int_equal(limen_id_table_make(ids, 0, sizeof *ids, &table, &error), LIMEN_OK);
  assert_true(limen_id_table_find(table, "x") == SIZE_MAX);
  limen_id_table_free(table);
  assert_int_equal(limen_id_table_make(ids, 5, sizeof *ids, &table, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "the id \"Ada Ng\" stands twice, at 2 and 5");
}

/* ---- folders ---- */

static void put_in(const char *folder, const char *name, const char *content) {
  char path[128];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  assert_int_equal(limen_folder_make(at(folder), NULL), LIMEN_OK);
  put_file(at(path), content, strlen(content));
}

static void test_folder(void **state) {
  (void)state;
  struct limen_collection got;
  struct limen_error error = {0};
  put_in("beir", "corpus.jsonl", "{\"_id\":\"d\",\"text\":\"x\"}");
  put_in("beir", "queries.jsonl", "{\"_id\":\"q\",\"text\":\"y\"}");
  put_in("beir/qrels", "dev.tsv", "query-id\tcorpus-id\tscore\nq\td\t3\n");
  put_in("beir/qrels", "train.tsv", "query-id\tcorpus-id\tscore\nq\td\t4\n");
  assert_int_equal(limen_collection_read(at("beir"), LIMEN_COLLECTION_ALL, &got, &error),
                   LIMEN_INPUT);
  assert_non_null(
      strstr(error.text, "qrels: 2 files and none is called `test`; name the judgements"));
  put_in("beir/qrels", "test.tsv", "query-id\tcorpus-id\tscore\nq\td\t5\n");
  assert_int_equal(limen_collection_read(at("beir"), LIMEN_COLLECTION_ALL, &got, &error), LIMEN_OK);
  assert_string_equal(got.documents.passage[0].text, "x");
  assert_string_equal(got.queries.passage[0].text, "y");
  assert_int_equal(got.qrels.query[0].judgement[0].grade, 5);
  limen_collection_clear(&got);

  struct limen_collection_files files;
  put_in("other", "docs.trec", "x");
  put_in("other", "queries_old.tsv", "x");
  put_in("other", "topics.gz", "x");
  assert_int_equal(limen_collection_find(at("other"), &files, &error), LIMEN_OK);
  assert_non_null(strstr(files.documents, "other/docs.trec"));
  assert_non_null(strstr(files.queries, "other/topics.gz"));
  assert_null(files.qrels);
  limen_collection_files_clear(&files);
  assert_int_equal(limen_collection_read(at("other"), LIMEN_COLLECTION_QRELS, &got, &error),
                   LIMEN_INPUT);
  assert_non_null(strstr(error.text,
                         "other: there are no judgements; they are looked for as qrels with "
                         "any of the endings .jsonl, .json, .tsv, .trec, .txt"));
  assert_int_equal(limen_collection_find(at("nowhere"), &files, &error), LIMEN_INPUT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_no_text_files), cmocka_unit_test(test_huge_line),
      cmocka_unit_test(test_deep_json),     cmocka_unit_test(test_damaged),
      cmocka_unit_test(test_many_queries),  cmocka_unit_test(test_id_table),
      cmocka_unit_test(test_folder),
  };
  return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
