/* Which attributes the queries of a LIMIT set ask for, and what is left to fill documents with.
 *
 * That a document is relevant must show in its text and nowhere else: an attribute that is asked
 * for stands in no filler and in no other attribute that is asked for, as one or more whole words.
 * So "Trees" and "Plum Trees" are never both asked for, and where "Trees" is, "Plum Trees" is no
 * filler. The other way round it may be one: who likes trees need not like plum trees. In our own
 * list none holds another one (a test). */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "datasets/limit.h"

struct choice {
  struct limen_limit *limit;
  struct limen_id_table *attributes; /* positions by key */
  const char **other_words;          /* of each attribute; NULL: none */
  bool *asked, *inside; /* attributes that are asked for; that stand within one of those */
  struct limen_positions found;
  struct limen_error *error;
};

static const char *key_of(const struct choice *choice, size_t attribute) {
  return choice->limit->attributes.word[attribute].key;
}

/* Whether whole words of an attribute, or all of it, are asked for; leaves choice->found. */
static int asks_within(struct choice *choice, size_t attribute, bool *out) {
  int status = limen_words_within(key_of(choice, attribute), choice->attributes, &choice->found,
                                  choice->error);
  *out = false;
  for (size_t i = 0; status == LIMEN_OK && i < choice->found.count; i++)
    *out = *out || choice->asked[choice->found.at[i]];
  return status;
}

/* Asks for an attribute unless that clashes with what is asked for already. */
static int ask(struct choice *choice, size_t attribute, size_t *count) {
  bool clashes;
  int status = asks_within(choice, attribute, &clashes);
  if (status != LIMEN_OK || clashes || choice->inside[attribute]) return status;
  for (size_t i = 0; i < choice->found.count; i++) choice->inside[choice->found.at[i]] = true;
  choice->asked[attribute] = true;
  choice->limit->asked[(*count)++] = attribute;
  return LIMEN_OK;
}

/* ---- other words ---- */

static int refuse(const struct choice *choice, size_t pair, size_t attribute, const char *how) {
  const struct limen_word *word = &choice->limit->other_words.word[pair];
  return LIMEN_FAIL(choice->error, LIMEN_INPUT,
                    "%s:%zu: \"%s\" cannot stand for \"%s\": it %s the attribute \"%s\" of %s",
                    choice->limit->other_words.file, word->line, word->other, word->text, how,
                    choice->limit->attributes.word[attribute].text, choice->limit->attributes.file);
}

/* Finds the attributes that have other words. Words that hold an attribute, or that one holds,
 * would ask for that one too. */
static int match_other_words(struct choice *choice, const struct limen_id_table *pairs) {
  const struct limen_word_list *list = &choice->limit->other_words;
  int status = LIMEN_OK;
  for (size_t i = 0; i < list->count && status == LIMEN_OK; i++) {
    size_t attribute = limen_id_table_find(choice->attributes, list->word[i].key);
    if (attribute == SIZE_MAX) continue; /* a table may serve several lists */
    choice->other_words[attribute] = list->word[i].other;
    status = limen_words_within(list->word[i].other_key, choice->attributes, &choice->found,
                                choice->error);
    if (status == LIMEN_OK && choice->found.count > 0)
      status = refuse(choice, i, choice->found.at[0], "holds");
  }
  for (size_t a = 0; a < choice->limit->attributes.count && status == LIMEN_OK; a++) {
    status = limen_words_within(key_of(choice, a), pairs, &choice->found, choice->error);
    for (size_t i = 0; i < choice->found.count && status == LIMEN_OK; i++)
      if (limen_id_table_find(choice->attributes, list->word[choice->found.at[i]].key) != SIZE_MAX)
        status = refuse(choice, choice->found.at[i], a, "stands in");
  }
  return status;
}

/* Reads the table of other words. */
static int read_other_words(struct choice *choice, const char *path) {
  struct limen_word_list *list = &choice->limit->other_words;
  struct limen_id_table *pairs = NULL;
  int status = limen_word_list_read(path, "synonyms.txt", LIMEN_SYNONYMS, list, choice->error);
  if (status != LIMEN_OK) return status;
  status = limen_id_table_make((const char *const *)&list->word[0].other_key, list->count,
                               sizeof *list->word, &pairs, choice->error);
  if (status != LIMEN_OK) {
    limen_error_prefix(choice->error, "%s: two attributes have the same other words: ", list->file);
    return status;
  }
  status = match_other_words(choice, pairs);
  limen_id_table_free(pairs);
  return status;
}

/* Asks for attributes that have other words, as many as are wanted. */
static int ask_in_other_words(struct choice *choice, const size_t *order, size_t *count) {
  struct limen_limit *limit = choice->limit;
  int status = LIMEN_OK;
  if (limit->synonyms > limit->queries)
    return LIMEN_FAIL(choice->error, LIMEN_USAGE, "synonyms is %zu, but there are only %zu queries",
                      limit->synonyms, limit->queries);
  for (size_t i = 0; i < limit->attributes.count && *count < limit->synonyms; i++)
    if (choice->other_words[order[i]] && (status = ask(choice, order[i], count)) != LIMEN_OK)
      return status;
  if (*count < limit->synonyms)
    return LIMEN_FAIL(choice->error, LIMEN_USAGE,
                      "synonyms is %zu, but only %zu of the attributes in %s that can be asked for "
                      "have other words in %s",
                      limit->synonyms, *count, limit->attributes.file, limit->other_words.file);
  return LIMEN_OK;
}

/* ---- what queries ask for ---- */

static int ask_all(struct choice *choice, const size_t *order, gsl_rng *rng) {
  struct limen_limit *limit = choice->limit;
  const size_t n = limit->attributes.count;
  size_t count = 0;
  int status = limit->synonyms > 0 ? ask_in_other_words(choice, order, &count) : LIMEN_OK;
  const size_t in_other_words = count;
  for (size_t i = 0; i < n && count < limit->queries && status == LIMEN_OK; i++)
    status = ask(choice, order[i], &count);
  if (status == LIMEN_OK && count < limit->queries)
    status = LIMEN_FAIL(choice->error, LIMEN_USAGE,
                        "%zu queries want an attribute each, but of the %zu in %s only %zu can be "
                        "asked for; ask for fewer, or give a longer list by attributes=FILE",
                        limit->queries, n, limit->attributes.file, count);
  if (status != LIMEN_OK) return status;
  for (size_t q = 0; q < count; q++) {
    const char *other = q < in_other_words ? choice->other_words[limit->asked[q]] : NULL;
    limit->wording[q] = other ? other : limit->attributes.word[limit->asked[q]].text;
  }
  /* Those in other words came first; which query gets which attribute is left to chance. */
  for (size_t q = 0; q < count; q++) {
    const size_t other = q + limen_limit_below(rng, count - q), attribute = limit->asked[other];
    const char *wording = limit->wording[other];
    limit->asked[other] = limit->asked[q];
    limit->wording[other] = limit->wording[q];
    limit->asked[q] = attribute;
    limit->wording[q] = wording;
  }
  return status;
}

/* ---- what documents are filled with ---- */

static int keep_fillers(struct choice *choice, const size_t *order) {
  struct limen_limit *limit = choice->limit;
  const size_t n = limit->attributes.count;
  size_t most = limit->vocabulary ? limit->vocabulary : n;
  int status = LIMEN_OK;
  most = most > limit->queries ? most - limit->queries : 0;
  for (size_t i = 0; i < n && limit->fillers < most && status == LIMEN_OK; i++) {
    bool asks;
    status = asks_within(choice, order[i], &asks);
    if (status == LIMEN_OK && !asks) limit->filler[limit->fillers++] = order[i];
  }
  if (status == LIMEN_OK && limit->fillers < limit->likes_max)
    return LIMEN_FAIL(choice->error, LIMEN_USAGE,
                      "%zu of %zu attributes are left for documents that no query wants, and each "
                      "may need likes_max=%zu; ask for fewer queries, raise vocabulary, or give a "
                      "longer list by attributes=FILE",
                      limit->fillers, most + limit->queries, limit->likes_max);
  return status;
}

/* ---- near misses ---- */

static int by_text(const void *left, const void *right) {
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Two attributes do not resemble each other by these. */
static bool is_small(const char *word) {
  static const char *const small[] = {"a",  "an", "at", "by",  "for", "from", "in",
                                      "of", "on", "or", "the", "to",  "with"};
  for (size_t i = 0; i < sizeof small / sizeof *small; i++)
    if (strcmp(small[i], word) == 0) return true;
  return false;
}

/* Cuts `text` at its spaces into words[0 ..]; returns how many are not small. */
static size_t cut(char *text, char **words) {
  size_t count = 0;
  for (char *word = text, *end; word; word = end) {
    if ((end = strchr(word, ' '))) *end++ = '\0';
    if (!is_small(word)) words[count++] = word;
  }
  return count;
}

/* The fillers that share a word with an attribute that is asked for. */
static int find_near_misses(struct limen_limit *limit, struct limen_error *error) {
  size_t bytes = 0, count = 0;
  char *texts = NULL, **words = NULL, *own[LIMEN_WORD_MOST], copy[LIMEN_WORD_MOST + 1];
  int status = LIMEN_FAILED;
  for (size_t q = 0; q < limit->queries; q++)
    bytes += strlen(limit->attributes.word[limit->asked[q]].key) + 1;
  if (!(texts = limen_alloc(bytes, 1, error))) goto done;
  if (!(words = limen_alloc(bytes, sizeof *words, error))) goto done;
  char *at = texts;
  for (size_t q = 0; q < limit->queries; q++) {
    size_t length = strlen(strcpy(at, limit->attributes.word[limit->asked[q]].key));
    count += cut(at, words + count);
    at += length + 1;
  }
  qsort(words, count, sizeof *words, by_text);
  for (size_t i = 0; i < limit->fillers; i++) {
    size_t n = cut(strcpy(copy, limit->attributes.word[limit->filler[i]].key), own);
    bool shares = false;
    for (size_t w = 0; w < n && !shares; w++)
      shares = bsearch(&own[w], words, count, sizeof *words, by_text) != NULL;
    if (shares) limit->near_miss[limit->n_near_misses++] = limit->filler[i];
  }
  status = LIMEN_OK;
  if (limit->n_near_misses < limit->near_misses)
    status =
        LIMEN_FAIL(error, LIMEN_USAGE,
                   "near_misses is %zu, but only %zu of the %zu attributes that are left share "
                   "a word with one that is asked for",
                   limit->near_misses, limit->n_near_misses, limit->fillers);
done:
  limen_free(words);
  limen_free(texts);
  return status;
}

/* ---- all of it ---- */

static int prepare(struct choice *choice, const char *path) {
  struct limen_limit *limit = choice->limit;
  struct limen_error *error = choice->error;
  int status =
      limen_word_list_read(path, "attributes.txt", LIMEN_ATTRIBUTES, &limit->attributes, error);
  if (status == LIMEN_OK)
    status = limen_word_list_index(&limit->attributes, &choice->attributes, error);
  if (status != LIMEN_OK) return status;
  const size_t n = limit->attributes.count, queries = limit->queries;
  if (!(limit->asked = limen_alloc(queries, sizeof *limit->asked, error)) ||
      !(limit->wording = limen_alloc(queries, sizeof *limit->wording, error)) ||
      !(limit->filler = limen_alloc(n, sizeof *limit->filler, error)) ||
      !(limit->near_miss = limen_alloc(n, sizeof *limit->near_miss, error)) ||
      !(choice->other_words = limen_alloc(n, sizeof *choice->other_words, error)) ||
      !(choice->asked = limen_alloc(n, sizeof *choice->asked, error)) ||
      !(choice->inside = limen_alloc(n, sizeof *choice->inside, error)))
    return LIMEN_FAILED;
  return LIMEN_OK;
}

int limen_limit_choose(struct limen_limit *limit, const struct limen_grid *values,
                       struct limen_error *error) {
  struct choice choice = {.limit = limit, .error = error};
  size_t *order = NULL;
  gsl_rng *rng = limen_rng_alloc(limit->seed, "limit/attributes", error);
  int status = rng ? prepare(&choice, limen_grid_string(values, 0, "attributes")) : LIMEN_FAILED;
  if (status != LIMEN_OK) goto done;
  const size_t n = limit->attributes.count;
  if (!(order = limen_limit_shuffled(rng, n, n, error))) status = LIMEN_FAILED;
  if (status == LIMEN_OK && limit->synonyms > 0)
    status = read_other_words(&choice, limen_grid_string(values, 0, "synonym_table"));
  if (status == LIMEN_OK) status = ask_all(&choice, order, rng);
  if (status == LIMEN_OK) status = keep_fillers(&choice, order);
  if (status == LIMEN_OK) status = find_near_misses(limit, error);
done:
  limen_positions_clear(&choice.found);
  limen_id_table_free(choice.attributes);
  limen_free(choice.other_words);
  limen_free(choice.asked);
  limen_free(choice.inside);
  limen_free(order);
  limen_rng_free(rng);
  return status;
}
