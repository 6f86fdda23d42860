/* Documents, queries, judgements and runs from files: right ones in every form, and wrong ones,
 * which are refused with the place and the value. */
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
#include "retrieval/ranking_read.h"
#include "unit/scratch.h"

static const char *put(const char *content) {
  const char *path = at("file");
  put_file(path, content, strlen(content));
  return path;
}

/* ---- documents and queries ---- */

static void expect_passages(const char *path, size_t count, const char *const (*wanted)[3]) {
  struct limen_passages got;
  struct limen_error error = {0};
  int status = limen_passages_read(path, &got, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  assert_int_equal(got.count, count);
  for (size_t i = 0; i < count; i++) {
    assert_string_equal(got.passage[i].id, wanted[i][0]);
    assert_string_equal(got.passage[i].title, wanted[i][1]);
    assert_string_equal(got.passage[i].text, wanted[i][2]);
  }
  limen_passages_clear(&got);
}

static void test_json_passages(void **state) {
  (void)state;
  static const char *const wanted[][3] = {
      {"Ada Ng", "On \"it\"", "likes tea,\nand more\t\xE2\x82\xAC"},
      {"17", "", ""},
      {"-3", "", "x"}};
  expect_passages(put("\xEF\xBB\xBF{\"_id\": \"Ada Ng\", \"title\": \"On \\\"it\\\"\", \"text\": "
                      "\"likes tea,\\nand more\\t\\u20ac\", \"metadata\": {\"url\": \"\"}}\r\n"
                      "\n  \n"
                      "{\"id\": 17, \"text\": \"\", \"title\": null}\n"
                      "{\"text\":\"x\",\"_id\":\"-3\"}"),
                  3, wanted);
}

static void test_columns_of_passages(void **state) {
  (void)state;
  static const char *const two[][3] = {{"q 1", "", "who likes tea"}, {"q2", "", ""}};
  static const char *const three[][3] = {{"d1", "One", "the text"}, {"d2", "", "of it"}};
  expect_passages(put("q 1\twho likes tea\r\nq2\t\n"), 2, two);
  expect_passages(put("_id\ttext\nq 1\twho likes tea\nq2\t"), 2, two);
  expect_passages(put("ID\ttitle\ttext\nd1\tOne\tthe text\nd2\t\tof it\n"), 2, three);
}

static void test_sgml(void **state) {
  (void)state;
  static const char *const documents[][3] = {
      {"AP-1", "A & B", "a < b  and  c&d   over\nlines"}, {"2", "", "one line"}, {"3", "", ""}};
  expect_passages(put("<DOC>\n<DOCNO> AP-1 </DOCNO>\n<TITLE>A &amp; B</TITLE>\n<TEXT>\n"
                      "a &lt; b <b>and</b> c&d <p> over\nlines\n</TEXT>\n</DOC>\n\n"
                      "<doc><docno>2</docno>one line</doc><DOC>\n<DOCNO>3</DOCNO>\n</DOC>"),
                  3, documents);
  static const char *const topics[][3] = {
      {"301", "", "International <em> Crime"}, {"7", "", "what is it"}, {"8", "", ""}};
  expect_passages(put("<top>\n\n<num> Number: 301 \n<title> Topic: International &lt;em> Crime \n\n"
                      "<desc> Description: \nIdentify\n\n<narr> Narrative: \nnot this\n</top>\n"
                      "<TOP><NUM>7</NUM><desc> Description:\nwhat is it </TOP>\n"
                      "<top><num>8</num></top>"),
                  3, topics);
}

static void put_gz(const char *path, const char *content) {
  gzFile file = gzopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(gzwrite(file, content, (unsigned)strlen(content)), (int)strlen(content));
  gzclose(file);
}

static void test_gz_and_folders(void **state) {
  (void)state;
  static const char *const wanted[][3] = {{"a", "", "one"}, {"b", "", "two"}, {"c", "", "three"}};
  assert_int_equal(limen_folder_make(at("many"), NULL), LIMEN_OK);
  put_gz(at("many/0"), "{\"_id\":\"a\",\"text\":\"one\"}\n");
  put_file(at("many/1"), "b\ttwo", 5);
  put_gz(at("many/2.gz"), "<DOC><DOCNO>c</DOCNO> three </DOC>");
  expect_passages(at("many"), 3, wanted);
}

static void expect_passage_error(const char *content, const char *words) {
  struct limen_passages got;
  struct limen_error error = {0};
  const char *path = put(content);
  assert_int_equal(limen_passages_read(path, &got, &error), LIMEN_INPUT);
  if (strncmp(error.text, path, strlen(path)) != 0 || !strstr(error.text, words))
    fail_msg("\"%s\" does not say \"%s\"", error.text, words);
  assert_null(got.passage);
  assert_int_equal(limen_passages_read(path, &got, NULL), LIMEN_INPUT);
}

static void test_wrong_passages(void **state) {
  (void)state;
  static const struct {
    const char *content, *words;
  } cases[] = {
      {"", "file: it is empty"},
      {" \n\r\n", "file: it has no document and no query"},
      {"_id\ttext\n", "it has no document and no query"},
      {"[{\"_id\":\"a\",\"text\":\"\"}]", "it starts with `[`; one JSON object a line"},
      {"{\"_id\":\"a\",\"text\":\"\"}\n{\"_id\":\"b\"}",
       ":2: \"text\" is missing; the keys are `_id`"},
      {"{\"name\":\"a\",\"text\":\"\"}",
       ":1: \"_id\" or \"id\" is missing; the keys are `name`, `text`"},
      {"{}", "the keys are none"},
      {"{\"_id\":1.5,\"text\":\"\"}", ":1: \"_id\" is `1.5`; a text or a whole number is needed"},
      {"{\"_id\":\"\",\"text\":\"\"}", ":1: \"_id\" is empty"},
      {"{\"_id\":\"a\\nb\",\"text\":\"\"}", ":1: \"_id\", `a?b`, holds a control character"},
      {"{\"_id\":\"a\",\"text\":[1]}", "\"text\" is `[1]`; a text is needed"},
      {"{\"_id\":\"a\",\"title\":7,\"text\":\"\"}", "\"title\" is `7`; a text is needed"},
      {"{\"_id\":\"a\",\"text\":\"\",\"text\":\"x\"}", ":1: column 27: duplicate object key near"},
      {"{\"_id\":\"a\",\"text\":\"\\u0000\"}", ":1: column"},
      {"{\"_id\":\"a\",\"text\":\"\xff\"}", ":1: this is not UTF-8"},
      {"{\"_id\":\"a\",\"text\":\"\"}{}", ":1: column 22"},
      {"{\"_id\":\"a\",\n\"text\":\"\"}", ":1: column 11"},
      {"{\"_id\":\"a\",\"text\":\"\"}\n[]", ":2: `[]` is no JSON object"},
      {"{\"_id\":\"a\",\"text\":\"\"}\n\n{\"_id\":\"a\",\"text\":\"2\"}",
       ":3: the id `a` came before already"},
      {"{\"_id\":99999999999999999999,\"text\":\"\"}", ":1: column"},
      {"only words\n", ":1: 1 column parted by tabs; an id and a text are needed"},
      {"a\tb\tc\td\n", ":1: 4 columns parted by tabs"},
      {"a\tb\n\tb\n", ":2: the id is empty"},
      {"a\tcaf\xe9\n", ":1: this is not UTF-8; if it is Latin-1, convert it with `iconv"},
      {"<DOC>\n<DOCNO>1</DOCNO>\ntext", ":1: this document does not end; is the file cut short?"},
      {"<DOC><DOCNO>1</DOCNO></DOC>\n\n<DOC><TITLE>x</TITLE></DOC>",
       ":3: this document has no <DOCNO>"},
      {"<top>\n<title> x\n</top>", ":1: this topic has no <num>"},
      {"<DOC>\n<DOCNO>1</DOCNO>\n<DOC>\n", ":3: <DOC> starts before the one of line 1 has ended"},
      {"<DOC>\n</top>", ":2: </top> ends what did not start"},
      {"</DOC>", ":1: </DOC> ends what did not start"},
      {"<DOC>\n<DOCNO>1\ntext\n</DOC>", ":1: <DOCNO>, `1?text`, holds a control character"},
      {"<DOC><DOCNO>1</DOCNO></DOC>\n<DOC>\n<DOCNO>1</DOCNO></DOC>",
       ":2: the id `1` came before already"},
      {"<DOC>\ncaf\xe9</DOC>", ":2: this is not UTF-8"},
      {"<html>", "it has no document and no query"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    expect_passage_error(cases[i].content, cases[i].words);
}

/* ---- judgements ---- */

/* Three judgements: query "q 1" has "Ada Ng" 2 and "b" 0, query 7 has "b" -1. */
static void expect_the_three(const char *content) {
  struct limen_qrels got;
  struct limen_error error = {0};
  int status = limen_qrels_read(put(content), &got, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  assert_int_equal(got.count, 2);
  const struct limen_judged_query *first = limen_qrels_find(&got, "q 1"),
                                  *second = limen_qrels_find(&got, "7");
  assert_non_null(first);
  assert_non_null(second);
  assert_null(limen_qrels_find(&got, "q"));
  assert_int_equal(first->count, 2);
  assert_int_equal(second->count, 1);
  assert_string_equal(first->judgement[0].document, "Ada Ng");
  assert_int_equal(first->judgement[0].grade, 2);
  assert_string_equal(first->judgement[1].document, "b");
  assert_int_equal(first->judgement[1].grade, 0);
  assert_string_equal(second->judgement[0].document, "b");
  assert_int_equal(second->judgement[0].grade, -1);
  limen_qrels_clear(&got);
}

static void test_forms_of_judgements(void **state) {
  (void)state;
  expect_the_three(
      "{\"query-id\": \"q 1\", \"corpus-id\": \"Ada Ng\", \"score\": 2}\n"
      "{\"query_id\": 7, \"corpus_id\": \"b\", \"score\": -1.0}\n"
      "{\"score\": 0, \"corpus-id\": \"b\", \"query-id\": \"q 1\"}\n");
  expect_the_three("query-id\tcorpus-id\tscore\nq 1\tAda Ng\t2\nq 1\tb\t0\n7\tb\t-1\n");
  expect_the_three(
      "score\tquery_id\textra\tcorpus_id\r\n2\tq 1\t\tAda Ng\r\n0\tq 1\tx\tb\r\n-1\t7\t\tb");
  expect_the_three("q 1\tAda Ng\t2\n7\tb\t-1\nq 1\tb\t0.0\n");
  expect_the_three("# a comment\nq 1\tQ0\tAda Ng\t2\nq 1\t0\tb\t0\n\n# more\n7 \t0\t b\t-1\n");
}

static void test_trec_judgements(void **state) {
  (void)state;
  struct limen_qrels got;
  assert_int_equal(
      limen_qrels_read(put("  1 0 d-7   +3\n1\t0 d-8 2147483647\n2 Q0 d-7 1e0\n"), &got, NULL),
      LIMEN_OK);
  assert_int_equal(got.count, 2);
  assert_int_equal(got.query[0].judgement[0].grade, 3);
  assert_int_equal(got.query[0].judgement[1].grade, INT32_MAX);
  assert_int_equal(got.query[1].judgement[0].grade, 1);
  limen_qrels_clear(&got);
}

static void expect_qrels_error(const char *content, const char *words) {
  struct limen_qrels got;
  struct limen_error error = {0};
  const char *path = put(content);
  assert_int_equal(limen_qrels_read(path, &got, &error), LIMEN_INPUT);
  if (strncmp(error.text, path, strlen(path)) != 0 || !strstr(error.text, words))
    fail_msg("\"%s\" does not say \"%s\"", error.text, words);
  assert_null(got.query);
  assert_int_equal(limen_qrels_read(path, &got, NULL), LIMEN_INPUT);
}

static void test_wrong_judgements(void **state) {
  (void)state;
  static const struct {
    const char *content, *words;
  } cases[] = {
      {"", "file: it is empty"},
      {"\n\n", "file: it has no judgement"},
      {"# nothing\n", "file: it has no judgement"},
      {"query-id\tcorpus-id\tscore\n", "file: it has no judgement"},
      {"[]", "it starts with `[`; judgements are JSON lines, TREC qrels, or columns"},
      {"<top>", "it starts with `<`"},
      {"1 0 d 1\n1 0 Ada Ng 1\n",
       ":2: 5 columns in place of 4 (query, iteration, document, grade); if an id has spaces, part "
       "the columns by tabs, or use JSON lines"},
      {"1 0 d\n", ":1: 3 columns in place of 4 (query, iteration, document, grade)"},
      {"q\td\t1\nq\td2\n", ":2: 2 columns parted by tabs in place of 3 (query, document, grade)"},
      {"query-id\tcorpus-id\tscore\nq\td\n",
       ":2: 2 columns parted by tabs in place of 3 (as the header has)"},
      {"a\tb\tc\td\te\n", ":1: 5 columns parted by tabs in place of 4"},
      {"1 0 d yes\n", ":1: the grade is `yes`, which is no number"},
      {"1 0 d nan\n", ":1: the grade is `nan`, which is no number"},
      {"1 0 d 0x1\n", ":1: the grade is `0x1`, which is no number"},
      {"1 0 d -\n", ":1: the grade is `-`, which is no number"},
      {"1 0 d 1e999\n", ":1: the grade is `1e999`, more than a double can hold"},
      {"1 0 d 0.5\n", ":1: the grade is 0.5; a whole number of at most 2147483647 is needed"},
      {"1 0 d 2147483648\n", ":1: the grade is 2.14748e+09; a whole number"},
      {"\t0\td\t1\n", ":1: the query's id is empty"},
      {"1\t0\t\t1\n", ":1: the document's id is empty"},
      {"1 0 \x1b[2J 1\n", ":1: the document's id, `?[2J`, holds a control character"},
      {"1 0 d 1\n2 0 d 1\n1 0 e 0\n1 0 d 0\n1 0 d 1\n",
       ":4: query `1` has document `d` judged already on line 1; keep one of them"},
      {"{\"query-id\":\"1\",\"corpus-id\":\"d\",\"score\":1}\n"
       "{\"query-id\":1,\"corpus-id\":\"d\",\"score\":1}\n",
       ":2: query `1` has document `d` judged already on line 1"},
      {"{\"query-id\":\"1\",\"corpus-id\":\"d\"}",
       ":1: \"score\" or \"relevance\" or \"rel\" or \"grade\" or \"label\" is missing; the keys "
       "are "
       "`query-id`, `corpus-id`"},
      {"{\"query-id\":\"1\",\"corpus-id\":\"d\",\"score\":\"1\"}",
       ":1: \"score\" is `\"1\"`; a number is needed"},
      {"{\"query-id\":\"1\",\"corpus-id\":\"d\",\"score\":0.25}", ":1: the grade is 0.25"},
      {"{\"query-id\":\"1\",\"corpus-id\":\"d\",\"score\":NaN}", ":1: column"},
      {"{\"q1\":{\"d1\":1}}",
       "\"query-id\" or \"query_id\" or \"qid\" or \"query\" is missing; the "
       "keys are `q1`"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    expect_qrels_error(cases[i].content, cases[i].words);
}

/* ---- runs ---- */

static void test_run(void **state) {
  (void)state;
  struct limen_ranking got;
  struct limen_error error = {0};
  int status =
      limen_ranking_read(put("# run\n2 Q0 b 1 0.57 old\n2 Q0 c 2 0.57 x\n10 Q0 a 9 -1e-3 x\n"
                             "2 Q0 a 7 0.58 sys-1\n"),
                         &got, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  assert_string_equal(got.tag, "sys-1");
  assert_int_equal(got.count, 2);
  const struct limen_ranked_query *two = limen_ranking_find(&got, "2");
  assert_non_null(two);
  assert_null(limen_ranking_find(&got, "1"));
  /* The rank column would have had b first; equal scores go backwards through the alphabet. */
  static const char *const order[] = {"a", "c", "b"};
  assert_int_equal(two->count, 3);
  for (size_t i = 0; i < 3; i++) assert_string_equal(two->ranked[i].document, order[i]);
  assert_true(two->ranked[0].score == 0.58);
  limen_ranking_clear(&got);

  assert_int_equal(limen_ranking_read(put("q 1\tQ0\tAda Ng\t1\t0.11\tmy run\n"), &got, NULL),
                   LIMEN_OK);
  assert_string_equal(got.query[0].id, "q 1");
  assert_string_equal(got.query[0].ranked[0].document, "Ada Ng");
  assert_string_equal(got.tag, "my run");
  limen_ranking_clear(&got);
}

static void test_wrong_runs(void **state) {
  (void)state;
  static const struct {
    const char *content, *words;
  } cases[] = {
      {"", "file: it is empty"},
      {"\n", "file: it has no row"},
      {"# x\n", "file: it has no row"},
      {"{\"q\":{\"d\":1}}", "file: it starts with `{`; a run has six columns"},
      {"1 Q0 d 1 0.5\n", ":1: 5 columns in place of 6 (query, Q0, document, rank, score, tag)"},
      {"1 Q0 d 1 0.5 r\n1 Q0 Ada Ng 1 0.5 r\n",
       ":2: 7 columns in place of 6 (query, Q0, document, rank, score, tag); if an id has spaces, "
       "part "
       "the columns by tabs, or write another character in their place here and in the judgements"},
      {"1\tQ0\td\t1\t0.5\tr\n1\tQ0\td\t1\t0.5\n", ":2: 5 columns parted by tabs in place of 6"},
      {"1 Q0 d 1 nan r\n", ":1: the score is `nan`, which is no number"},
      {"1 Q0 d 1 inf r\n", ":1: the score is `inf`, which is no number"},
      {"1 Q0 d 1 1e400 r\n", ":1: the score is `1e400`, more than a double can hold"},
      {"1 Q0 d 1 0,5 r\n", ":1: the score is `0,5`, which is no number"},
      {"1 Q0 d 1 1 \x07\n", ":1: the tag, `?`, holds a control character"},
      {"1 Q0 d\xc3 1 1 r\n", ":1: this is not UTF-8"},
      {"1 Q0 d 1 3 r\n2 Q0 d 1 3 r\n1 Q0 e 2 2 r\n1 Q0 d 3 1 r\n",
       ":4: query `1` has document `d` on line 1 already; keep one of them"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct limen_ranking got;
    struct limen_error error = {0};
    const char *path = put(cases[i].content);
    assert_int_equal(limen_ranking_read(path, &got, &error), LIMEN_INPUT);
    if (strncmp(error.text, path, strlen(path)) != 0 || !strstr(error.text, cases[i].words))
      fail_msg("\"%s\" does not say \"%s\"", error.text, cases[i].words);
    assert_null(got.query);
    assert_int_equal(limen_ranking_read(path, &got, NULL), LIMEN_INPUT);
  }
}

static void test_sorting_by_hand(void **state) {
  (void)state;
  struct limen_ranking ranking = {0};
  struct limen_error error = {0};
  assert_int_equal(limen_ranking_add(&ranking, "q", "a", 1, NULL), LIMEN_OK);
  assert_int_equal(limen_ranking_add(&ranking, "r", "a", 0.0 / 0.0, NULL), LIMEN_OK);
  assert_int_equal(limen_ranking_sort(&ranking, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "query `r`, document `a`: the score is not a number");
  ranking.query[1].ranked[0].score = -0.0;
  assert_int_equal(limen_ranking_add(&ranking, "r", "b", 0, NULL), LIMEN_OK);
  assert_int_equal(limen_ranking_sort(&ranking, &error), LIMEN_OK);
  assert_string_equal(ranking.query[1].ranked[0].document, "b"); /* -0 and 0 are equal */
  assert_int_equal(limen_ranking_add(&ranking, "q", "a", 2, NULL), LIMEN_OK);
  assert_int_equal(limen_ranking_sort(&ranking, &error), LIMEN_INPUT);
  assert_string_equal(error.text,
                      "query `q` holds document `a` twice; keep the one with the better score");
  limen_ranking_clear(&ranking);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_json_passages),
      cmocka_unit_test(test_columns_of_passages),
      cmocka_unit_test(test_sgml),
      cmocka_unit_test(test_gz_and_folders),
      cmocka_unit_test(test_wrong_passages),
      cmocka_unit_test(test_forms_of_judgements),
      cmocka_unit_test(test_trec_judgements),
      cmocka_unit_test(test_wrong_judgements),
      cmocka_unit_test(test_run),
      cmocka_unit_test(test_wrong_runs),
      cmocka_unit_test(test_sorting_by_hand),
  };
  return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
