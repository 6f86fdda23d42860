/* Text collections to files: every form as it must stand there, read back, and every refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <string.h>

#include "data/collection_read.h"
#include "data/collection_write.h"
#include "unit/scratch.h"

/* Ids that spaces made to underscores would join, a title, text that JSON and SGML must escape. */
static void make(struct limen_collection *out) {
  *out = (struct limen_collection){0};
  limen_passages_add(&out->documents, "Ada Abbott", "", "Ada \"likes\" Oaks & <b>Elms</b>.", NULL);
  limen_passages_add(&out->documents, "Ada_Abbott", "Who\\she is", "a\tb\nc", NULL);
  limen_passages_add(&out->documents, "50%<Zo\xC3\xAB>", "", "", NULL);
  limen_passages_add(&out->queries, "query 0", "", "Who likes 3 < 5 & Oaks?", NULL);
  limen_qrels_add(&out->qrels, "query 0", "Ada Abbott", 2, NULL);
  limen_qrels_add(&out->qrels, "query 0", "50%<Zo\xC3\xAB>", -1, NULL);
}

static void write_to(const char *folder, const struct limen_collection *collection) {
  struct limen_error error = {0};
  int status = limen_collection_write(folder, collection, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
}

static void test_every_form(void **state) {
  (void)state;
  struct limen_collection collection;
  make(&collection);
  write_to(at("out"), &collection);
  expect_file(at("out/corpus.jsonl"),
              "{\"_id\": \"Ada Abbott\", \"title\": \"\", \"text\": \"Ada \\\"likes\\\" Oaks & "
              "<b>Elms</b>.\"}\n"
              "{\"_id\": \"Ada_Abbott\", \"title\": \"Who\\\\she is\", \"text\": \"a\\tb\\nc\"}\n"
              "{\"_id\": \"50%<Zo\xC3\xAB>\", \"title\": \"\", \"text\": \"\"}\n");
  expect_file(at("out/queries.jsonl"),
              "{\"_id\": \"query 0\", \"text\": \"Who likes 3 < 5 & Oaks?\"}\n");
  expect_file(at("out/qrels.jsonl"),
              "{\"query-id\": \"query 0\", \"corpus-id\": \"Ada Abbott\", \"score\": 2}\n"
              "{\"query-id\": \"query 0\", \"corpus-id\": \"50%<Zo\xC3\xAB>\", \"score\": -1}\n");
  expect_file(at("out/qrels/test.tsv"),
              "query-id\tcorpus-id\tscore\n"
              "query 0\tAda Abbott\t2\nquery 0\t50%<Zo\xC3\xAB>\t-1\n");
  expect_file(at("out/trec/documents.trec"),
              "<DOC>\n<DOCNO>Ada%20Abbott</DOCNO>\n"
              "<TEXT>\nAda \"likes\" Oaks &amp; &lt;b&gt;Elms&lt;/b&gt;.\n</TEXT>\n</DOC>\n"
              "<DOC>\n<DOCNO>Ada_Abbott</DOCNO>\n<TITLE>Who\\she is</TITLE>\n"
              "<TEXT>\na\tb\nc\n</TEXT>\n</DOC>\n"
              "<DOC>\n<DOCNO>50%25%3CZo\xC3\xAB%3E</DOCNO>\n<TEXT>\n\n</TEXT>\n</DOC>\n");
  expect_file(at("out/trec/topics.trec"),
              "<top>\n<num>query%200</num>\n<title>\nWho likes 3 &lt; 5 &amp; Oaks?\n"
              "</title>\n</top>\n");
  expect_file(at("out/trec/qrels.trec"),
              "query%200 0 Ada%20Abbott 2\nquery%200 0 50%25%3CZo\xC3\xAB%3E -1\n");
  expect_file(at("out/trec/ids.tsv"),
              "Ada%20Abbott\tAda Abbott\nAda_Abbott\tAda_Abbott\n"
              "50%25%3CZo\xC3\xAB%3E\t50%<Zo\xC3\xAB>\nquery%200\tquery 0\n");
  limen_collection_clear(&collection);
}

static void expect_same_qrels(const char *path, const struct limen_qrels *expected) {
  struct limen_qrels qrels = {0};
  assert_int_equal(limen_qrels_read(path, &qrels, NULL), LIMEN_OK);
  assert_int_equal(qrels.count, expected->count);
  for (size_t q = 0; q < qrels.count; q++) {
    assert_string_equal(qrels.query[q].id, expected->query[q].id);
    assert_int_equal(qrels.query[q].count, expected->query[q].count);
    for (size_t j = 0; j < qrels.query[q].count; j++) {
      const struct limen_judgement *a = &qrels.query[q].judgement[j];
      const struct limen_judgement *b = &expected->query[q].judgement[j];
      assert_string_equal(a->document, b->document);
      assert_int_equal(a->grade, b->grade);
    }
  }
  limen_qrels_clear(&qrels);
}

/* JSON lines and BEIR's folder are found and read as they were. */
static void test_read_back(void **state) {
  (void)state;
  struct limen_collection made, read;
  struct limen_error error = {0};
  make(&made);
  write_to(at("out"), &made);
  limen_collection_read(at("out"), LIMEN_COLLECTION_ALL, &read, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(read.documents.count, 3);
  for (size_t i = 0; i < 3; i++) {
    assert_string_equal(read.documents.passage[i].id, made.documents.passage[i].id);
    assert_string_equal(read.documents.passage[i].title, made.documents.passage[i].title);
    assert_string_equal(read.documents.passage[i].text, made.documents.passage[i].text);
  }
  assert_int_equal(read.queries.count, 1);
  assert_string_equal(read.queries.passage[0].text, made.queries.passage[0].text);
  expect_same_qrels(at("out/qrels.jsonl"), &made.qrels);
  expect_same_qrels(at("out/qrels/test.tsv"), &made.qrels);
  limen_collection_clear(&read);

  /* TREC's form has other ids, and its reader trims texts. */
  limen_collection_read(at("out/trec"), LIMEN_COLLECTION_ALL, &read, &error);
  assert_string_equal(error.text, "");
  for (size_t i = 0; i < 3; i++) {
    struct limen_text id = {0};
    limen_trec_id(made.documents.passage[i].id, &id);
    assert_string_equal(read.documents.passage[i].id, id.data);
    assert_string_equal(read.documents.passage[i].title, made.documents.passage[i].title);
    assert_string_equal(read.documents.passage[i].text, made.documents.passage[i].text);
    limen_text_clear(&id);
  }
  assert_string_equal(read.queries.passage[0].text, made.queries.passage[0].text);
  assert_string_equal(read.qrels.query[0].judgement[1].document, "50%25%3CZo\xC3\xAB%3E");
  limen_collection_clear(&read);
  limen_collection_clear(&made);
}

static void expect_refusal(const struct limen_collection *collection, const char *expected) {
  struct limen_error error = {0};
  assert_int_equal(limen_collection_write(at("refused"), collection, &error), LIMEN_INPUT);
  assert_string_equal(error.text, expected);
  assert_false(limen_file_exists(at("refused"))); /* before anything is written */
}

#define IDS " cannot be written: ids are UTF-8 without control characters and not empty"

static void test_refusals(void **state) {
  (void)state;
  struct limen_collection c = {0};
  limen_passages_add(&c.documents, "a\tb", "", "", NULL);
  expect_refusal(&c, "the id `a?b` of a document" IDS);
  limen_passages_clear(&c.documents);
  limen_passages_add(&c.documents, "", "", "", NULL);
  expect_refusal(&c, "the id `` of a document" IDS);
  limen_passages_clear(&c.documents);
  limen_passages_add(&c.documents, "d", "", "x\xFF", NULL);
  expect_refusal(&c, "the document d has a text that is not UTF-8");
  limen_passages_clear(&c.documents);
  limen_passages_add(&c.documents, "d", "x\xFF", "", NULL);
  expect_refusal(&c, "the document d has a text that is not UTF-8");
  limen_passages_clear(&c.documents);
  limen_passages_add(&c.queries, "q\n", "", "", NULL);
  expect_refusal(&c, "the id `q?` of a query" IDS);
  limen_passages_clear(&c.queries);
  limen_qrels_add(&c.qrels, "q", "d\xFF", 1, NULL);
  expect_refusal(&c, "the id `d?` of a document" IDS);
  limen_qrels_clear(&c.qrels);
  limen_qrels_add(&c.qrels, "", "d", 1, NULL);
  expect_refusal(&c, "the id `` of a query" IDS);
  limen_qrels_clear(&c.qrels);

  struct limen_error error = {0};
  put_file(at("file"), "", 0);
  assert_int_equal(limen_collection_write(at("file"), &c, &error), LIMEN_FAILED);
  assert_non_null(strstr(error.text, "file"));
}

/* A file that cannot be put in place is named. */
static void test_in_the_way(void **state) {
  (void)state;
  struct limen_collection c;
  struct limen_error error = {0};
  make(&c);
  assert_int_equal(limen_folder_make(at("out/corpus.jsonl"), NULL), LIMEN_OK); /* in the way */
  assert_int_equal(limen_collection_write(at("out"), &c, &error), LIMEN_FAILED);
  assert_non_null(strstr(error.text, "corpus.jsonl"));
  limen_collection_clear(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_every_form, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(test_read_back, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(test_refusals, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(test_in_the_way, scratch_setup, scratch_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
