/* Each query adds up its tokens' postings, in the order of its text, so that documents with the
 * same occurrences have the same score to the last bit. */
#include "retrieval/inverted.h"

#include <math.h>

#include "base/memory.h"
#include "retrieval/scan.h"
#include "retrieval/tokens.h"

struct posting {
  uint32_t document;
  double weight;
};

struct inverted {
  struct limen_tokens tokens;
  size_t *start; /* tokens + 1: token t has the postings start[t] .. start[t + 1] - 1 */
  struct posting *posting;
  double *query_weight; /* per entry of the queries' bags */
};

void limen_inverted_close(void *state) {
  struct inverted *inverted = state;
  if (!inverted) return;
  limen_tokens_clear(&inverted->tokens);
  limen_free(inverted->start);
  limen_free(inverted->posting);
  limen_free(inverted->query_weight);
  limen_free(inverted);
}

/* ---- weights ---- */

static size_t length_of(const struct limen_bags *bags, size_t text) {
  size_t length = 0;
  for (size_t e = bags->start[text]; e < bags->start[text + 1]; e++) length += bags->count[e];
  return length;
}

/* The weights of a text's tokens, weight[e - start[text]] of its entry e. */
static void weigh(const struct inverted *inverted, const struct limen_bags *bags, size_t text,
                  double (*weight_of)(const struct limen_occurrence *), bool unit,
                  struct limen_occurrence *occurrence, double *weight) {
  const size_t first = bags->start[text], end = bags->start[text + 1];
  double squares = 0;
  occurrence->length = length_of(bags, text);
  for (size_t e = first; e < end; e++) {
    const uint32_t token = bags->token[e];
    occurrence->having = inverted->start[token + 1] - inverted->start[token];
    occurrence->count = bags->count[e];
    weight[e - first] = weight_of(occurrence);
    squares += weight[e - first] * weight[e - first];
  }
  for (size_t e = first; unit && squares > 0 && e < end; e++) weight[e - first] /= sqrt(squares);
}

/* ---- building ---- */

static int count_postings(struct inverted *inverted, struct limen_error *error) {
  const struct limen_bags *bags = &inverted->tokens.documents;
  const size_t tokens = inverted->tokens.count;
  inverted->start = limen_alloc(tokens + 1, sizeof *inverted->start, error);
  if (!inverted->start) return LIMEN_FAILED;
  for (size_t e = 0; e < bags->entries; e++) inverted->start[bags->token[e] + 1]++;
  for (size_t t = 0; t < tokens; t++) inverted->start[t + 1] += inverted->start[t];
  inverted->posting = limen_alloc_scratch(bags->entries, sizeof *inverted->posting, error);
  inverted->query_weight =
      limen_alloc_scratch(inverted->tokens.queries.entries, sizeof *inverted->query_weight, error);
  return inverted->posting && inverted->query_weight ? LIMEN_OK : LIMEN_FAILED;
}

static int fill_postings(struct inverted *inverted, const struct limen_weights *weights,
                         struct limen_occurrence *occurrence, struct limen_error *error) {
  const struct limen_bags *bags = &inverted->tokens.documents;
  size_t *next = limen_copy(inverted->start, inverted->tokens.count + 1, sizeof *next, error);
  double *weight = limen_alloc_scratch(bags->entries, sizeof *weight, error);
  const int status = next && weight ? LIMEN_OK : LIMEN_FAILED;
  for (size_t i = 0; i < bags->texts && status == LIMEN_OK; i++) {
    weigh(inverted, bags, i, weights->document, weights->unit, occurrence, weight);
    for (size_t e = bags->start[i]; e < bags->start[i + 1]; e++)
      inverted->posting[next[bags->token[e]]++] =
          (struct posting){(uint32_t)i, weight[e - bags->start[i]]};
  }
  limen_free(next);
  limen_free(weight);
  return status;
}

int limen_inverted_build(struct limen_retriever *retriever, bool phrases,
                         const struct limen_weights *weights, struct limen_error *error) {
  const struct limen_representation_settings *settings = &retriever->settings;
  const struct limen_token_rule rule = {phrases, settings->stop_words, settings->stemmer};
  struct limen_occurrence occurrence = {.documents = retriever->documents, .settings = settings};
  struct inverted *inverted = retriever->state = limen_alloc(1, sizeof *inverted, error);
  if (!inverted) return LIMEN_FAILED;
  int status = limen_tokens_make(retriever->collection, &rule, &inverted->tokens, error);
  if (status == LIMEN_OK) status = count_postings(inverted, error);
  if (status != LIMEN_OK) return status;
  const struct limen_bags *documents = &inverted->tokens.documents;
  for (size_t i = 0; i < documents->texts; i++)
    occurrence.mean_length += (double)length_of(documents, i) / (double)documents->texts;
  status = fill_postings(inverted, weights, &occurrence, error);
  const struct limen_bags *queries = &inverted->tokens.queries;
  for (size_t q = 0; q < queries->texts && status == LIMEN_OK; q++)
    weigh(inverted, queries, q, weights->query, weights->unit, &occurrence,
          inverted->query_weight + queries->start[q]);
  return status;
}

/* ---- searching ---- */

/* Between looks all sums are below 0: not touched. Weights are not. */
struct scratch {
  bool ready;
  size_t count;
  uint32_t *touched; /* room for all documents */
  double *sum;
};

static struct scratch *scratch_of(void *memory, size_t documents) {
  struct scratch *scratch = memory;
  if (scratch->ready) return scratch;
  scratch->ready = true;
  scratch->sum = (double *)(void *)(scratch + 1);
  scratch->touched = (uint32_t *)(void *)(scratch->sum + documents);
  for (size_t i = 0; i < documents; i++) scratch->sum[i] = -1;
  return scratch;
}

static void add_up(const struct inverted *inverted, size_t query, struct scratch *scratch) {
  const struct limen_bags *bags = &inverted->tokens.queries;
  for (size_t e = bags->start[query]; e < bags->start[query + 1]; e++) {
    const double weight = inverted->query_weight[e];
    const uint32_t token = bags->token[e];
    for (size_t p = inverted->start[token]; p < inverted->start[token + 1]; p++) {
      const struct posting posting = inverted->posting[p];
      if (scratch->sum[posting.document] < 0) {
        scratch->sum[posting.document] = 0;
        scratch->touched[scratch->count++] = posting.document;
      }
      scratch->sum[posting.document] += weight * posting.weight;
    }
  }
}

static void look(const struct limen_retriever *retriever, size_t first, size_t count, void *memory,
                 struct limen_best *best) {
  const struct inverted *inverted = retriever->state;
  struct scratch *scratch = scratch_of(memory, retriever->documents);
  for (size_t q = 0; q < count; q++) {
    add_up(inverted, first + q, scratch);
    for (; scratch->count > 0; scratch->count--) {
      const uint32_t document = scratch->touched[scratch->count - 1];
      limen_best_offer(&best[q], scratch->sum[document], retriever->place[document]);
      scratch->sum[document] = -1;
    }
  }
}

int limen_inverted_search(const struct limen_retriever *retriever, size_t k, struct limen_hits *out,
                          struct limen_error *error) {
  const size_t bytes =
      sizeof(struct scratch) + retriever->documents * (sizeof(double) + sizeof(uint32_t));
  const struct limen_scan scan = {.queries = 16, .scratch_bytes = bytes, .look = look};
  return limen_scan_run(retriever, &scan, k, out, error);
}
