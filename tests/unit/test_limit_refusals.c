/* Everything that a LIMIT-style set is not made from: parameters, lists and judgements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <string.h>

#include "unit/limit_set.h"

static void expect_refusal(int expected, const char *words, size_t n_sets,
                           const char *const *sets) {
  struct limen_collection made;
  struct limen_error error = {0};
  assert_int_equal(try(&made, 0, &error, n_sets, sets), expected);
  if (!strstr(error.text, words)) fail_msg("\"%s\" has no \"%s\"", error.text, words);
  assert_int_equal(made.documents.count, 0);
  assert_null(made.qrels.query);
}

static void test_refusals(void **state) {
  (void)state;
  expect_refusal(LIMEN_USAGE, "likes_min is 51, which is more than likes_max, 50",
                 SETS("likes_min=51"));
  expect_refusal(LIMEN_USAGE, "near_misses is 46, which is more than likes_min, 45",
                 SETS("near_misses=46"));
  expect_refusal(LIMEN_USAGE,
                 "documents is 45, but the judgements (dense) need 46; ask for more documents or "
                 "for fewer queries",
                 SETS("documents=45", "pool=46"));
  expect_refusal(LIMEN_USAGE, "pattern dense: 1000 queries were asked for, but n = 45 and k = 2",
                 SETS("documents=45"));
  expect_refusal(LIMEN_USAGE, "documents is 600000, but there are only ", SETS("documents=600000"));
  expect_refusal(LIMEN_USAGE, "`pattern` cannot be `sparse`", SETS("pattern=sparse"));
  expect_refusal(LIMEN_USAGE,
                 "100000 queries want an attribute each, but of the 3844 in attributes.txt only "
                 "3844 can be asked for; ask for fewer, or give a longer list by attributes=FILE",
                 SETS("queries=100000"));
  expect_refusal(LIMEN_USAGE,
                 "48 of 1848 attributes are left for documents that no query wants, and each may "
                 "need likes_max=50; ask for fewer queries, raise vocabulary",
                 SETS("queries=1800"));
  expect_refusal(LIMEN_USAGE, "synonyms is 4, but there are only 3 queries",
                 SETS("queries=3", "synonyms=4"));
  expect_refusal(LIMEN_USAGE,
                 "synonyms is 206, but only 205 of the attributes in attributes.txt that can be "
                 "asked for have other words in synonyms.txt",
                 SETS("synonyms=206"));
}

static void test_refused_files(void **state) {
  (void)state;
  put("comma.txt", "Ada Abbott\nAbbott, Ada\n");
  put("twice.txt", "Oaks\nElms\noaks\n");
  put("empty.txt", "");
  put_file(at("latin1.txt"), "Oaks\nCaf\xE9\n", 10);
  put("few.txt", "A\nB\nC\nD\nE\nF\n");
  put("holds.txt", "A\tGreat B\n");
  put("inside.txt", "Sauce\tBeef\n");
  put("beef.txt", "Sauce\nRoast Beef\nC\nD\nE\nF\n");
  put("same.txt", "A\tX\nB\tx\n");
  put("q.tsv", "q1\tDoe, Jane\t1\n");
  put("q.bad", "q1\tJane\tmany\n");
  expect_refusal(LIMEN_INPUT, "comma.txt:2: `Abbott, Ada`: a comma",
                 SETS(set_file("names", "comma.txt")));
  expect_refusal(LIMEN_INPUT, "twice.txt:3: `oaks` stands already in line 1",
                 SETS(set_file("attributes", "twice.txt")));
  expect_refusal(LIMEN_INPUT, "empty.txt:1: the file is empty",
                 SETS(set_file("attributes", "empty.txt")));
  expect_refusal(LIMEN_INPUT, "empty.txt:1: the file is empty",
                 SETS(set_file("names", "empty.txt")));
  expect_refusal(LIMEN_INPUT, "latin1.txt:2: ", SETS(set_file("attributes", "latin1.txt")));
  expect_refusal(LIMEN_INPUT, "nowhere.txt", SETS(set_file("names", "nowhere.txt")));
  expect_refusal(LIMEN_INPUT,
                 "empty.txt:1: ", SETS("synonyms=1", set_file("synonym_table", "empty.txt")));
  expect_refusal(
      LIMEN_INPUT,
      "holds.txt:1: \"Great B\" cannot stand for \"A\": it holds the attribute \"B\" of ",
      SETS("queries=2", "synonyms=1", set_file("attributes", "few.txt"),
           set_file("synonym_table", "holds.txt")));
  expect_refusal(LIMEN_INPUT,
                 "inside.txt:1: \"Beef\" cannot stand for \"Sauce\": it stands in the attribute "
                 "\"Roast Beef\"",
                 SETS("queries=2", "synonyms=1", set_file("attributes", "beef.txt"),
                      set_file("synonym_table", "inside.txt")));
  expect_refusal(LIMEN_INPUT, "same.txt: two attributes have the same other words: ",
                 SETS("queries=2", "synonyms=1", set_file("attributes", "few.txt"),
                      set_file("synonym_table", "same.txt")));
  expect_refusal(LIMEN_USAGE,
                 "near_misses is 1, but only 0 of the 4 attributes that are left share",
                 SETS("queries=2", "near_misses=1", "likes_min=1", "likes_max=2",
                      set_file("attributes", "few.txt")));
  expect_refusal(LIMEN_INPUT,
                 "q.tsv: the document Doe, Jane has a comma in its id, which will be its name",
                 SETS(set_file("qrels", "q.tsv")));
  expect_refusal(LIMEN_INPUT, "q.bad:1: ", SETS(set_file("qrels", "q.bad")));
  expect_refusal(LIMEN_USAGE, "documents is 1000000, but there are only 6 names",
                 SETS("documents=1000000", set_file("names", "few.txt")));
  put("three.tsv", "q1\ta\t1\nq1\tb\t1\nq1\tc\t1\n");
  expect_refusal(LIMEN_USAGE, "three.tsv) need 3; ask for more documents",
                 SETS("documents=2", set_file("qrels", "three.tsv")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_refusals),
      cmocka_unit_test_setup_teardown(test_refused_files, scratch_setup, scratch_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
