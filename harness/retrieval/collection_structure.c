/* Figures of LIMIT to reproduce (Weller et al. 2025; 1000 queries, k = 2, dense): degrees 45 of 37
 * documents, 38 of 2, 37 of 7; 35 missing pairs within the last 9 of 46 documents; query strength
 * 28.4653. The density of 0.085481 that is published is the query graph's; the document graph, of
 * which the text speaks, has 1000 / 1035. */
#include "retrieval/collection_structure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Who wants whom, as lists both ways: those of item i stand at to[first[i] .. first[i + 1]). */
struct lists {
  size_t count, *first, *to;
};

struct both {
  struct lists documents_of, queries_of; /* of queries that want something; of documents */
};

static void both_clear(struct both *both) {
  limen_free(both->documents_of.first);
  limen_free(both->documents_of.to);
  limen_free(both->queries_of.first);
  limen_free(both->queries_of.to);
}

/* ---- numbering documents ---- */

struct named {
  const char *id;
  size_t at; /* which judgement */
};

static int by_id(const void *left, const void *right) {
  const struct named *a = left, *b = right;
  int order = strcmp(a->id, b->id);
  return order ? order : (a->at > b->at) - (a->at < b->at);
}

/* Number of every judgement's document, by first appearance; returns how many there are. */
static size_t number(struct named *sorted, size_t count, size_t *out) {
  size_t documents = 0, *first = out; /* until numbered: the judgement that names it first */
  qsort(sorted, count, sizeof *sorted, by_id);
  for (size_t i = 0, group = 0; i < count; i++) {
    if (strcmp(sorted[i].id, sorted[group].id) != 0) group = i;
    first[sorted[i].at] = sorted[group].at;
  }
  for (size_t i = 0; i < count; i++) out[i] = first[i] == i ? documents++ : out[first[i]];
  return documents;
}

/* ---- lists ---- */

/* `to`: the document's number of every judgement above 0. */
static int check_twice(const struct limen_qrels *qrels, const size_t *to, size_t documents,
                       struct limen_error *error) {
  size_t *last = limen_alloc(documents, sizeof *last, error); /* query that wants it, + 1 */
  int status = last ? LIMEN_OK : LIMEN_FAILED;
  for (size_t q = 0; q < qrels->count && status == LIMEN_OK; q++) {
    const struct limen_judged_query *query = &qrels->query[q];
    for (size_t j = 0; j < query->count && status == LIMEN_OK; j++) {
      if (query->judgement[j].grade <= 0) continue;
      if (last[*to] == q + 1)
        status = LIMEN_FAIL(error, LIMEN_INPUT,
                            "the document %.100s is judged twice for the query "
                            "%.100s; remove one of the two",
                            query->judgement[j].document, query->id);
      last[*to++] = q + 1;
    }
  }
  limen_free(last);
  return status;
}

static int list_documents(const struct limen_qrels *qrels, struct both *both,
                          struct limen_error *error) {
  struct lists *lists = &both->documents_of;
  struct named *named = NULL;
  size_t count = 0, queries = 0;
  for (size_t q = 0; q < qrels->count; q++) count += qrels->query[q].count;
  if (!(lists->first = limen_alloc(qrels->count + 1, sizeof *lists->first, error)) ||
      !(lists->to = limen_alloc(count, sizeof *lists->to, error)) ||
      !(named = limen_alloc(count, sizeof *named, error)))
    return limen_free(named), LIMEN_FAILED;
  count = 0;
  for (size_t q = 0; q < qrels->count; q++) {
    for (size_t j = 0; j < qrels->query[q].count; j++)
      if (qrels->query[q].judgement[j].grade > 0) {
        named[count] = (struct named){qrels->query[q].judgement[j].document, count};
        count++;
      }
    if (count > lists->first[queries]) lists->first[++queries] = count;
  }
  lists->count = queries;
  both->queries_of.count = number(named, count, lists->to);
  limen_free(named);
  if (count == 0) return LIMEN_FAIL(error, LIMEN_INPUT, "the judgements want no document at all");
  return check_twice(qrels, lists->to, both->queries_of.count, error);
}

/* Counted, then placed; while placing, first[d + 1] moves up from the start of d to its end. */
static int list_queries(struct both *both, struct limen_error *error) {
  const struct lists *from = &both->documents_of;
  struct lists *lists = &both->queries_of;
  const size_t count = from->first[from->count];
  if (!(lists->first = limen_alloc(lists->count + 2, sizeof *lists->first, error)) ||
      !(lists->to = limen_alloc(count, sizeof *lists->to, error)))
    return LIMEN_FAILED;
  for (size_t i = 0; i < count; i++) lists->first[from->to[i] + 2]++;
  for (size_t d = 2; d < lists->count + 2; d++) lists->first[d] += lists->first[d - 1];
  for (size_t q = 0; q < from->count; q++)
    for (size_t i = from->first[q]; i < from->first[q + 1]; i++)
      lists->to[lists->first[from->to[i] + 1]++] = q;
  return LIMEN_OK;
}

/* ---- graphs ---- */

/* Calls `visit` for every item with those that it shares something with: `there` leads from items
 * to what they may share, `back` from that to items. shared[i] of others[i] is how many. */
static int each_item(const struct lists *there, const struct lists *back,
                     void (*visit)(struct limen_collection_structure *out, const struct both *both,
                                   size_t item, const size_t *others, const size_t *shared,
                                   size_t count),
                     struct limen_collection_structure *out, const struct both *both,
                     struct limen_error *error) {
  size_t *others = limen_alloc(there->count, sizeof *others, error);
  size_t *shared = limen_alloc(there->count, sizeof *shared, error);
  size_t *place =
      limen_alloc(there->count, sizeof *place, error); /* in others, + 1; 0: not there */
  int status = others && shared && place ? LIMEN_OK : LIMEN_FAILED;
  for (size_t item = 0; item < there->count && status == LIMEN_OK; item++) {
    size_t count = 0;
    for (size_t i = there->first[item]; i < there->first[item + 1]; i++)
      for (size_t j = back->first[there->to[i]]; j < back->first[there->to[i] + 1]; j++) {
        const size_t other = back->to[j];
        if (other == item) continue;
        if (place[other] == 0) {
          others[count] = other;
          shared[count] = 0;
          place[other] = ++count;
        }
        shared[place[other] - 1]++;
      }
    visit(out, both, item, others, shared, count);
    for (size_t i = 0; i < count; i++) place[others[i]] = 0;
  }
  limen_free(others);
  limen_free(shared);
  limen_free(place);
  return status;
}

/* Pairs come up twice, once from either end. */
static void visit_document(struct limen_collection_structure *out, const struct both *both,
                           size_t item, const size_t *others, const size_t *shared, size_t count) {
  (void)others;
  (void)shared;
  const size_t missing = out->documents - 1 - count;
  out->degree[item] = both->queries_of.first[item + 1] - both->queries_of.first[item];
  out->missing_pairs += missing;
  if (missing > 0 && out->missing_last == 0) out->missing_last = out->documents - item;
}

static void visit_query(struct limen_collection_structure *out, const struct both *both,
                        size_t item, const size_t *others, const size_t *shared, size_t count) {
  const size_t *first = both->documents_of.first, own = first[item + 1] - first[item];
  out->joined_queries += count;
  for (size_t i = 0; i < count; i++) {
    const size_t theirs = first[others[i] + 1] - first[others[i]];
    out->query_strength += (double)shared[i] / (double)(own + theirs - shared[i]);
  }
}

static double pairs(size_t n) { return (double)n * ((double)n - 1) / 2; }

/* ---- degrees ---- */

static int falling(const void *left, const void *right) {
  const size_t *a = left, *b = right;
  return (*a < *b) - (*a > *b);
}

static int count_degrees(struct limen_collection_structure *out, struct limen_error *error) {
  size_t *sorted = limen_copy(out->degree, out->documents, sizeof *out->degree, error);
  out->degrees = limen_alloc(out->documents, sizeof *out->degrees, error);
  int status = sorted && out->degrees ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK) qsort(sorted, out->documents, sizeof *sorted, falling);
  for (size_t d = 0; d < out->documents && status == LIMEN_OK; d++) {
    if (d == 0 || sorted[d] != sorted[d - 1]) out->degrees[out->n_degrees++].degree = sorted[d];
    out->degrees[out->n_degrees - 1].documents++;
  }
  limen_free(sorted);
  return status;
}

/* ---- all of it ---- */

int limen_collection_structure_find(const struct limen_qrels *qrels,
                                    struct limen_collection_structure *out,
                                    struct limen_error *error) {
  struct both both = {0};
  *out = (struct limen_collection_structure){0};
  int status = list_documents(qrels, &both, error);
  if (status == LIMEN_OK) status = list_queries(&both, error);
  if (status != LIMEN_OK) goto done;
  out->queries = both.documents_of.count;
  out->documents = both.queries_of.count;
  out->judgements = both.documents_of.first[out->queries];
  if (!(out->degree = limen_alloc(out->documents, sizeof *out->degree, error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = each_item(&both.queries_of, &both.documents_of, visit_document, out, &both, error);
  if (status == LIMEN_OK)
    status = each_item(&both.documents_of, &both.queries_of, visit_query, out, &both, error);
  if (status == LIMEN_OK) status = count_degrees(out, error);
  out->missing_pairs /= 2;
  out->joined_queries /= 2;
  out->query_strength /= (double)out->queries;
  const double joined = pairs(out->documents) - (double)out->missing_pairs;
  out->document_density = out->documents > 1 ? joined / pairs(out->documents) : NAN;
  out->query_density = out->queries > 1 ? (double)out->joined_queries / pairs(out->queries) : NAN;
done:
  both_clear(&both);
  if (status != LIMEN_OK) limen_collection_structure_clear(out);
  return status;
}

void limen_collection_structure_clear(struct limen_collection_structure *structure) {
  limen_free(structure->degree);
  limen_free(structure->degrees);
  *structure = (struct limen_collection_structure){0};
}
