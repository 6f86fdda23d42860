/* Sets in the manner of LIMIT (Weller et al. 2025): documents say what somebody likes, queries ask
 * who likes one thing, and which documents a query wants is a pattern that can be chosen. The words
 * are easy; what makes such a set hard is the pattern alone. In the default set 1000 queries want
 * each a pair of 46 documents, the first 1000 pairs in lexicographic order, among 50,000.
 *
 *   want     judgements from a pattern, or the user's own; names for all documents
 *   choose   an attribute for every query, the others to fill documents with
 *   write    the judged documents, then all others, in places left to chance
 *
 * Whatever is drawn for the judged documents does not depend on how many others there are: the
 * small set of a seed, documents=46, is the judged part of its large one.
 *
 * Against the published set: its generator depends on the order of a hash set and gives no two sets
 * alike; names and attributes are ours; its documents have 45 attributes each. */
#include "datasets/limit.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/relevance.h"

/* ---- chance ---- */

size_t limen_limit_below(gsl_rng *rng, size_t bound) {
  return gsl_rng_uniform_int(rng, bound); /* our generator has all 64 bits */
}

size_t *limen_limit_shuffled(gsl_rng *rng, size_t count, size_t some, struct limen_error *error) {
  size_t *order = limen_alloc(count, sizeof *order, error);
  if (!order) return NULL;
  for (size_t i = 0; i < count; i++) order[i] = i;
  for (size_t i = 0; i < some; i++) {
    size_t other = i + limen_limit_below(rng, count - i), kept = order[i];
    order[i] = order[other];
    order[other] = kept;
  }
  return order;
}

/* ---- the attributes of one document ---- */

/* What one document after the other is drawn with. */
struct pen {
  gsl_rng *rng;
  size_t *fillers, *near_misses; /* shuffled a little further by every document */
  size_t *last_used;             /* of each attribute: the last document that has it, + 1 */
  size_t *likes, count, document;
  struct limen_text text;
};

static void pen_clear(struct pen *pen) {
  limen_rng_free(pen->rng);
  limen_free(pen->fillers);
  limen_free(pen->near_misses);
  limen_free(pen->last_used);
  limen_free(pen->likes);
  limen_text_clear(&pen->text);
}

static int pen_init(struct pen *pen, const struct limen_limit *limit, const char *stream,
                    struct limen_error *error) {
  const size_t most = limit->queries + limit->likes_max;
  *pen = (struct pen){.rng = limen_rng_alloc(limit->seed, stream, error)};
  if (!pen->rng ||
      !(pen->fillers = limen_copy(limit->filler, limit->fillers, sizeof *limit->filler, error)) ||
      !(pen->near_misses =
            limen_copy(limit->near_miss, limit->n_near_misses, sizeof *limit->near_miss, error)) ||
      !(pen->last_used = limen_alloc(limit->attributes.count, sizeof *pen->last_used, error)) ||
      !(pen->likes = limen_alloc(most, sizeof *pen->likes, error)))
    return LIMEN_FAILED;
  return LIMEN_OK;
}

static void pen_like(struct pen *pen, size_t attribute) {
  pen->last_used[attribute] = pen->document + 1;
  pen->likes[pen->count++] = attribute;
}

/* Draws from `set` until the document has `length` attributes; the set has enough of them. */
static void pen_fill(struct pen *pen, size_t *set, size_t count, size_t length) {
  for (size_t i = 0; i < count && pen->count < length; i++) {
    size_t other = i + limen_limit_below(pen->rng, count - i), drawn = set[other];
    set[other] = set[i];
    set[i] = drawn;
    if (pen->last_used[drawn] != pen->document + 1) pen_like(pen, drawn);
  }
}

/* A document of the pool has all that is asked of it, even beyond likes_max; one that no query
 * wants has its near misses first. */
static void pen_choose(struct pen *pen, const struct limen_limit *limit, size_t document) {
  const size_t length =
      limit->likes_min + limen_limit_below(pen->rng, limit->likes_max - limit->likes_min + 1);
  pen->document = document;
  pen->count = 0;
  if (document < limit->pool)
    for (size_t i = limit->first[document]; i < limit->first[document + 1]; i++)
      pen_like(pen, limit->asked[limit->query[i]]);
  else
    pen_fill(pen, pen->near_misses, limit->n_near_misses, limit->near_misses);
  pen_fill(pen, pen->fillers, limit->fillers, length);
  for (size_t i = 0; i + 1 < pen->count; i++) {
    size_t other = i + limen_limit_below(pen->rng, pen->count - i), kept = pen->likes[i];
    pen->likes[i] = pen->likes[other];
    pen->likes[other] = kept;
  }
}

/* "NAME likes A, B and C." */
static int pen_write(struct pen *pen, const struct limen_limit *limit, struct limen_passage *out,
                     struct limen_error *error) {
  pen->text.length = 0;
  limen_text_add(&pen->text, limit->name[pen->document]);
  limen_text_add(&pen->text, " likes ");
  for (size_t i = 0; i < pen->count; i++) {
    if (i > 0) limen_text_add(&pen->text, i + 1 < pen->count ? ", " : " and ");
    limen_text_add(&pen->text, limit->attributes.word[pen->likes[i]].text);
  }
  limen_text_add(&pen->text, ".");
  int status = limen_text_status(&pen->text, error);
  if (status != LIMEN_OK) return status;
  *out = (struct limen_passage){.id = limen_copy_text(limit->name[pen->document], error),
                                .title = limen_copy_text("", error),
                                .text = limen_copy_text(pen->text.data, error)};
  return out->id && out->title && out->text ? LIMEN_OK : LIMEN_FAILED;
}

/* ---- the set ---- */

static int write_documents(const struct limen_limit *limit, struct limen_passages *out,
                           struct limen_error *error) {
  static const char *const streams[] = {"limit/judged", "limit/others"};
  const size_t n = limit->documents;
  size_t *place = NULL;
  gsl_rng *rng = limen_rng_alloc(limit->seed, "limit/places", error);
  int status = rng ? limen_grow(&out->passage, &out->capacity, n, sizeof *out->passage, error)
                   : LIMEN_FAILED;
  if (status == LIMEN_OK && !(place = limen_limit_shuffled(rng, n, n, error)))
    status = LIMEN_FAILED;
  out->count = status == LIMEN_OK ? n : 0; /* those not yet written are all NULL */
  for (size_t part = 0; part < 2 && status == LIMEN_OK; part++) {
    struct pen pen;
    const size_t end = part == 0 ? limit->pool : n;
    status = pen_init(&pen, limit, streams[part], error);
    for (size_t d = part == 0 ? 0 : limit->pool; d < end && status == LIMEN_OK; d++) {
      pen_choose(&pen, limit, d);
      status = pen_write(&pen, limit, &out->passage[place[d]], error);
    }
    pen_clear(&pen);
  }
  limen_free(place);
  limen_rng_free(rng);
  return status;
}

static int write_queries(const struct limen_limit *limit, struct limen_collection *out,
                         struct limen_error *error) {
  struct limen_text text = {0};
  int status = LIMEN_OK;
  for (size_t q = 0; q < limit->queries && status == LIMEN_OK; q++) {
    text.length = 0;
    limen_text_print(&text, "Who likes %s?", limit->wording[q]);
    status = limen_text_status(&text, error);
    if (status == LIMEN_OK)
      status = limen_passages_add(&out->queries, out->qrels.query[q].id, "", text.data, error);
  }
  limen_text_clear(&text);
  return status;
}

void limen_limit_clear(struct limen_limit *limit) {
  for (size_t d = 0; limit->name && d < limit->documents; d++) limen_free(limit->name[d]);
  limen_free(limit->name);
  limen_free(limit->first);
  limen_free(limit->query);
  limen_free(limit->asked);
  limen_free(limit->wording);
  limen_free(limit->filler);
  limen_free(limit->near_miss);
  limen_word_list_clear(&limit->attributes);
  limen_word_list_clear(&limit->other_words);
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_collection *out,
                struct limen_error *error) {
  struct limen_limit limit = {
      .documents = (size_t)limen_grid_integer(values, 0, "documents"),
      .likes_min = (size_t)limen_grid_integer(values, 0, "likes_min"),
      .likes_max = (size_t)limen_grid_integer(values, 0, "likes_max"),
      .vocabulary = (size_t)limen_grid_integer(values, 0, "vocabulary"),
      .near_misses = (size_t)limen_grid_integer(values, 0, "near_misses"),
      .synonyms = (size_t)limen_grid_integer(values, 0, "synonyms"),
      .seed = seed,
  };
  if (limit.likes_min > limit.likes_max)
    return LIMEN_FAIL(error, LIMEN_USAGE, "likes_min is %zu, which is more than likes_max, %zu",
                      limit.likes_min, limit.likes_max);
  if (limit.near_misses > limit.likes_min)
    return LIMEN_FAIL(error, LIMEN_USAGE, "near_misses is %zu, which is more than likes_min, %zu",
                      limit.near_misses, limit.likes_min);
  int status = limen_limit_want(&limit, values, &out->qrels, error);
  if (status == LIMEN_OK) status = limen_limit_choose(&limit, values, error);
  if (status == LIMEN_OK) status = write_documents(&limit, &out->documents, error);
  if (status == LIMEN_OK) status = write_queries(&limit, out, error);
  limen_limit_clear(&limit);
  return status;
}

#define COUNT(NAME, ABOUT, FALLBACK, MIN, MAX)                                \
  .name = NAME, .about = ABOUT, .type = LIMEN_INTEGER, .role = LIMEN_SETTING, \
  .fallback = FALLBACK, .min = MIN, .max = MAX
#define PATH(NAME, ABOUT) \
  .name = NAME, .about = ABOUT, .type = LIMEN_PATH, .role = LIMEN_SETTING, .fallback = ""

static const struct limen_parameter parameters[] = {
    {COUNT("documents", "documents in all", "50000", 1, 10000000)},
    {COUNT("queries", "queries, each about an attribute of its own", "1000", 0, 1000000),
     .zero = "natural"},
    {COUNT("k", "documents that a query wants", "2", 1, 1000000)},
    {.name = "pattern",
     .about = "which documents queries want",
     .type = LIMEN_CHOICE,
     .role = LIMEN_SETTING,
     .fallback = "dense",
     .choices = limen_pattern_name},
    {COUNT("pool",
           "documents that the pattern is laid over; fewest: as few as it needs, and all "
           "for pattern random",
           "fewest", 0, 10000000),
     .zero = "fewest"},
    {PATH("qrels",
          "judgements in place of pattern, k and queries; judged documents keep their ids "
          "as names, queries theirs")},
    {COUNT("likes_min", "attributes of a document, at least", "45", 1, 100000)},
    {COUNT("likes_max", "attributes of a document, at most; one that more queries want has more",
           "50", 1, 100000)},
    {COUNT("vocabulary", "attributes in use, those asked for included; LIMIT has 1848", "1848", 0,
           10000000),
     .zero = "all"},
    {COUNT("near_misses",
           "attributes of every unjudged document that share a word with one that is "
           "asked for",
           "0", 0, 100000)},
    {COUNT("synonyms", "queries that ask in other words than documents use", "0", 0, 1000000)},
    {PATH("attributes", "attributes in place of ours, one a line")},
    {PATH("names", "whole names in place of ours, one a line")},
    {PATH("synonym_table", "other words in place of ours, ATTRIBUTE<tab>SYNONYM a line")},
    {0}};

const struct limen_text_dataset limen_text_dataset_limit = {
    .name = "limit",
    .about = "who likes what, judged by a pattern, in the manner of LIMIT",
    .parameters = parameters,
    .make = make,
};
