/* LIMIT-style sets: what stands in the documents is what the judgements say, for every pattern,
 * near misses, other words, the user's judgements and lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <string.h>

#include "data/collection_write.h"
#include "data/relevance.h"
#include "datasets/text/lists.h"
#include "unit/limit_set.h"

/* ---- taking documents apart ---- */

enum { LIKES_MOST = 1200 };

struct likes {
  char *text; /* owned, cut up */
  char *like[LIKES_MOST];
  size_t count;
};

/* "NAME likes A, B and C." */
static struct likes likes_of(const struct limen_passage *document) {
  struct likes out = {0};
  const size_t name = strlen(document->id);
  assert_memory_equal(document->text, document->id, name);
  assert_memory_equal(document->text + name, " likes ", 7);
  out.text = strdup(document->text + name + 7);
  char *end = out.text + strlen(out.text), *last = NULL;
  assert_int_equal(end[-1], '.');
  end[-1] = '\0';
  for (char *and = out.text; (and = strstr(and, " and ")); and++) {
    assert_null(last); /* once */
    last = and;
  }
  for (char *at = out.text, *next; at; at = next) {
    assert_true(out.count < LIKES_MOST);
    out.like[out.count++] = at;
    if (at == last) break;
    if ((next = strstr(at, ", ")))
      *next = '\0', next += 2;
    else if (last && at <= last)
      *last = '\0', next = last + 5, last = NULL;
  }
  return out;
}

static bool likes(const struct likes *likes, const char *what) {
  for (size_t i = 0; i < likes->count; i++)
    if (strcmp(likes->like[i], what) == 0) return true;
  return false;
}

/* The X of "Who likes X?", released by free. */
static char *asked(const struct limen_passage *query) {
  assert_memory_equal(query->text, "Who likes ", 10);
  char *what = strdup(query->text + 10), *mark = what + strlen(what) - 1;
  assert_int_equal(*mark, '?');
  *mark = '\0';
  return what;
}

/* ---- what must hold ---- */

static bool is_judged(const struct limen_judged_query *query, const char *document) {
  for (size_t j = 0; j < query->count; j++)
    if (query->judgement[j].grade > 0 && strcmp(query->judgement[j].document, document) == 0)
      return true;
  return false;
}

/* What a query asks for stands in the documents judged for it and in no other one, neither as an
 * attribute nor anywhere in the text. `table` leads from other words to attributes; may be NULL. */
static void expect_true_judgements(const struct limen_collection *made,
                                   const struct limen_word_list *table) {
  assert_int_equal(made->queries.count, made->qrels.count);
  for (size_t q = 0; q < made->queries.count; q++) {
    const struct limen_judged_query *judged = &made->qrels.query[q];
    char *words = asked(&made->queries.passage[q]);
    const char *what = words;
    assert_string_equal(judged->id, made->queries.passage[q].id);
    for (size_t i = 0; table && i < table->count; i++)
      if (strcmp(table->word[i].other, words) == 0) what = table->word[i].text;
    for (size_t d = 0; d < made->documents.count; d++) {
      const struct limen_passage *document = &made->documents.passage[d];
      const bool wanted = is_judged(judged, document->id);
      const char *list = document->text + strlen(document->id);
      if (what != words && strstr(list, words)) fail_msg("%s stands in %s", words, document->id);
      if (!wanted) {
        if (strstr(list, what)) fail_msg("%s likes %s without a judgement", document->id, what);
        continue;
      }
      struct likes all = likes_of(document);
      if (!likes(&all, what)) fail_msg("%s does not like %s", document->id, what);
      free(all.text);
    }
    free(words);
  }
}

/* So many attributes, none of them twice. */
static void expect_lengths(const struct limen_collection *made, size_t least, size_t most) {
  for (size_t d = 0; d < made->documents.count; d++) {
    struct likes all = likes_of(&made->documents.passage[d]);
    if (all.count < least || all.count > most)
      fail_msg("%s likes %zu things", made->documents.passage[d].id, all.count);
    for (size_t i = 0; i < all.count; i++)
      for (size_t j = 0; j < i; j++) assert_string_not_equal(all.like[i], all.like[j]);
    free(all.text);
  }
}

/* ---- patterns ---- */

static void test_every_pattern(void **state) {
  (void)state;
  for (size_t i = 0; limen_pattern_name(i); i++) {
    char pattern[64];
    const bool all = strcmp(limen_pattern_name(i), "all") == 0; /* C(11, 3) queries, or none */
    snprintf(pattern, sizeof pattern, "pattern=%s", limen_pattern_name(i));
    struct limen_collection made = make(3, SETS(pattern, "k=3", all ? "queries=165" : "queries=60",
                                                "documents=200", "likes_min=5", "likes_max=9"));
    assert_int_equal(made.documents.count, 200);
    assert_int_equal(made.queries.count, all ? 165 : 60);
    for (size_t q = 0; q < made.qrels.count; q++) assert_int_equal(made.qrels.query[q].count, 3);
    expect_true_judgements(&made, NULL);
    expect_lengths(&made, 5, all ? 45 : 60);
    limen_collection_clear(&made);
  }
}

static size_t count_judged(const struct limen_collection *made) {
  size_t count = 0;
  for (size_t d = 0; d < made->documents.count; d++) {
    bool judged = false;
    for (size_t q = 0; q < made->qrels.count && !judged; q++)
      judged = is_judged(&made->qrels.query[q], made->documents.passage[d].id);
    count += judged;
  }
  return count;
}

/* 60 pairs need 12 documents laid out densely, 60 in a cycle, 120 in blocks; random ones spread. */
static void test_pool(void **state) {
  (void)state;
  static const struct {
    const char *pattern, *pool;
    size_t judged;
  } cases[] = {{"pattern=dense", "pool=fewest", 12},  {"pattern=dense", "pool=30", 30},
               {"pattern=cycle", "pool=fewest", 60},  {"pattern=disjoint", "pool=fewest", 120},
               {"pattern=disjoint", "pool=150", 120}, {"pattern=random", "pool=12", 12}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct limen_collection made =
        make(1, SETS(cases[i].pattern, cases[i].pool, "queries=60", "documents=200"));
    assert_int_equal(count_judged(&made), cases[i].judged);
    limen_collection_clear(&made);
  }
  struct limen_collection spread = make(1, SETS("pattern=random", "queries=60", "documents=200"));
  assert_true(count_judged(&spread) > 70); /* of 120 draws; about 91 are expected */
  limen_collection_clear(&spread);
  struct limen_collection natural = make(1, SETS("queries=natural", "documents=9"));
  assert_int_equal(natural.queries.count, 36);
  limen_collection_clear(&natural);
}

/* LIMIT's own numbers. */
static void test_default_set(void **state) {
  (void)state;
  struct limen_collection made = make(7, SETS("documents=300"));
  assert_int_equal(made.queries.count, 1000);
  assert_string_equal(made.queries.passage[999].id, "query_999");
  assert_int_equal(count_judged(&made), 46);
  expect_true_judgements(&made, NULL);
  expect_lengths(&made, 45, 50);
  limen_collection_clear(&made);
}

static const struct limen_passage *find(const struct limen_passages *passages, const char *id) {
  for (size_t i = 0; i < passages->count; i++)
    if (strcmp(passages->passage[i].id, id) == 0) return &passages->passage[i];
  return NULL;
}

/* The small set of a seed is the judged part of the large one; their places are left to chance. */
static void test_small_is_part_of_large(void **state) {
  (void)state;
  struct limen_collection small = make(7, SETS("documents=46"));
  struct limen_collection large = make(7, SETS("documents=3000"));
  size_t far = 0;
  for (size_t i = 0; i < 46; i++) {
    const struct limen_passage *one = find(&large.documents, small.documents.passage[i].id);
    assert_non_null(one);
    assert_string_equal(one->text, small.documents.passage[i].text);
    far += one - large.documents.passage > 1500;
  }
  assert_true(far > 5 && far < 41);
  for (size_t q = 0; q < 1000; q++)
    assert_string_equal(small.queries.passage[q].text, large.queries.passage[q].text);
  limen_collection_clear(&small);
  limen_collection_clear(&large);
}

/* ---- near misses ---- */

static bool share_a_word(const char *a, const char *b) {
  char copy[256], *rest = copy;
  snprintf(copy, sizeof copy, "%s", a);
  for (char *word; (word = strsep(&rest, " "));) {
    char padded[300], within[300];
    if (strcmp(word, "the") == 0 || strcmp(word, "of") == 0) continue;
    snprintf(padded, sizeof padded, " %s ", word);
    snprintf(within, sizeof within, " %s ", b);
    if (strcasestr(within, padded)) return true;
  }
  return false;
}

static void test_near_misses(void **state) {
  (void)state;
  struct limen_collection made =
      make(5, SETS("documents=60", "queries=28", "likes_min=9", "likes_max=11", "near_misses=8"));
  char *what[28];
  size_t distractors = 0;
  for (size_t q = 0; q < 28; q++) what[q] = asked(&made.queries.passage[q]);
  expect_true_judgements(&made, NULL);
  for (size_t d = 0; d < 60; d++) {
    const struct limen_passage *document = &made.documents.passage[d];
    struct likes all = likes_of(document);
    bool judged = false;
    size_t near = 0;
    for (size_t q = 0; q < 28; q++)
      judged = judged || is_judged(&made.qrels.query[q], document->id);
    for (size_t i = 0; i < all.count; i++) {
      bool shares = false;
      for (size_t q = 0; q < 28 && !shares; q++) shares = share_a_word(all.like[i], what[q]);
      near += shares;
    }
    if (!judged && near < 8) fail_msg("%s has %zu near misses", document->id, near);
    distractors += !judged;
    free(all.text);
  }
  assert_int_equal(distractors, 60 - 8); /* 28 = C(8, 2) */
  for (size_t q = 0; q < 28; q++) free(what[q]);
  limen_collection_clear(&made);
}

/* ---- other words ---- */

static void test_synonyms(void **state) {
  (void)state;
  struct limen_word_list table;
  assert_int_equal(limen_word_list_read("", "synonyms.txt", LIMEN_SYNONYMS, &table, NULL),
                   LIMEN_OK);
  struct limen_collection made = make(5, SETS("documents=60", "queries=100", "synonyms=37"));
  size_t in_other_words = 0, early = 0;
  for (size_t q = 0; q < 100; q++) {
    char *what = asked(&made.queries.passage[q]);
    for (size_t i = 0; i < table.count; i++)
      if (strcmp(table.word[i].other, what) == 0) in_other_words++, early += q < 50;
    free(what);
  }
  assert_int_equal(in_other_words, 37);
  assert_true(early > 8 && early < 29); /* all over the queries */
  expect_true_judgements(&made, &table);
  limen_collection_clear(&made);
  limen_word_list_clear(&table);
}

/* ---- the user's own ---- */

static void test_own_judgements(void **state) {
  (void)state;
  put("q.jsonl",
      "{\"query-id\": \"17\", \"corpus-id\": \"doc 4\", \"score\": 2}\n"
      "{\"query-id\": \"17\", \"corpus-id\": \"MED-10\", \"score\": 0}\n"
      "{\"query-id\": \"x y\", \"corpus-id\": \"doc 4\", \"score\": 1}\n"
      "{\"query-id\": \"x y\", \"corpus-id\": \"d1\", \"score\": 1}\n");
  struct limen_collection made = make(1, SETS(set_file("qrels", "q.jsonl"), "documents=20"));
  assert_int_equal(made.documents.count, 20);
  assert_int_equal(made.queries.count, 2);
  assert_string_equal(made.queries.passage[1].id, "x y");
  assert_non_null(find(&made.documents, "doc 4"));
  assert_non_null(find(&made.documents, "MED-10"));
  assert_int_equal(made.qrels.query[0].count, 2);
  assert_int_equal(made.qrels.query[0].judgement[1].grade, 0);
  expect_true_judgements(&made, NULL);
  limen_collection_clear(&made);

  /* Names that are taken are not given again. */
  put("names.txt", "d1\nEva Adair\nMED-10\ndoc 4\nKim Byrne\n");
  made = make(1, SETS(set_file("qrels", "q.jsonl"), set_file("names", "names.txt"), "documents=5"));
  assert_non_null(find(&made.documents, "Eva Adair"));
  assert_non_null(find(&made.documents, "Kim Byrne"));
  limen_collection_clear(&made);
}

/* A whole set, small enough to be looked at. Its bytes are what the seed stands for; they change
 * only together with a line in CHANGELOG. */
static void test_own_lists_to_the_letter(void **state) {
  (void)state;
  put("likes.txt", "Oak Trees\nElm Trees\nPlum Trees\nTeas\nGo\nChess\nJam\nRugby\n");
  put("names.txt", "Ada\nBo\nCy\nDi\n");
  put("words.txt",
      "Oak Trees\tMighty Oaks\nElm Trees\tBig Elms\nPlum Trees\tPruners\nTeas\tBrews\n"
      "Go\tWeiqi\nChess\tChatrang\nJam\tPreserves\nRugby\tRugger\n");
  struct limen_collection made =
      make(3, SETS("documents=4", "queries=3", "likes_min=3", "likes_max=4", "synonyms=1",
                   set_file("attributes", "likes.txt"), set_file("names", "names.txt"),
                   set_file("synonym_table", "words.txt")));
  assert_int_equal(limen_collection_write(at("out"), &made, NULL), LIMEN_OK);
  expect_file(
      at("out/corpus.jsonl"),
      "{\"_id\": \"Di\", \"title\": \"\", \"text\": \"Di likes Plum Trees, Teas and Rugby.\"}\n"
      "{\"_id\": \"Cy\", \"title\": \"\", \"text\": \"Cy likes Chess, Rugby, Plum Trees and "
      "Jam.\"}\n"
      "{\"_id\": \"Bo\", \"title\": \"\", \"text\": \"Bo likes Elm Trees, Plum Trees, Go and Oak "
      "Trees.\"}\n"
      "{\"_id\": \"Ada\", \"title\": \"\", \"text\": \"Ada likes Teas, Jam and Chess.\"}\n");
  expect_file(at("out/queries.jsonl"),
              "{\"_id\": \"query_0\", \"text\": \"Who likes Rugby?\"}\n"
              "{\"_id\": \"query_1\", \"text\": \"Who likes Chatrang?\"}\n"
              "{\"_id\": \"query_2\", \"text\": \"Who likes Teas?\"}\n");
  expect_file(at("out/qrels/test.tsv"),
              "query-id\tcorpus-id\tscore\n"
              "query_0\tCy\t1\n"
              "query_0\tDi\t1\n"
              "query_1\tCy\t1\n"
              "query_1\tAda\t1\n"
              "query_2\tDi\t1\n"
              "query_2\tAda\t1\n");
  limen_collection_clear(&made);
}

/* Lists in which one attribute holds another: never both are asked for, and what holds one that is
 * asked for fills no document. */
static void test_attributes_within_others(void **state) {
  (void)state;
  struct limen_text list = {0};
  const char *const heads[] = {"Trees", "Cakes", "Songs", "Boats", "Hats", "Games"};
  for (size_t h = 0; h < 6; h++)
    limen_text_print(&list, "%s\nOld %s\nVery Old %s\nRed %s\nNew %s\n", heads[h], heads[h],
                     heads[h], heads[h], heads[h]);
  put("likes.txt", list.data);
  limen_text_clear(&list);
  for (uint64_t seed = 0; seed < 20; seed++) {
    struct limen_collection made =
        make(seed, SETS(set_file("attributes", "likes.txt"), "documents=9", "queries=6",
                        "likes_min=2", "likes_max=3"));
    expect_true_judgements(&made, NULL);
    limen_collection_clear(&made);
  }
}

#define IN_FOLDER(TEST) cmocka_unit_test_setup_teardown(TEST, scratch_setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_pattern),     cmocka_unit_test(test_pool),
      cmocka_unit_test(test_default_set),       cmocka_unit_test(test_small_is_part_of_large),
      cmocka_unit_test(test_near_misses),       cmocka_unit_test(test_synonyms),
      IN_FOLDER(test_own_judgements),           IN_FOLDER(test_own_lists_to_the_letter),
      IN_FOLDER(test_attributes_within_others),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
