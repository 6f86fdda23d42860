#include "engines/faiss_links.h"

#include <gsl/gsl_rng.h>
#include <string.h>

#include "base/memory.h"

static int32_t int_at(const uint8_t *bytes, size_t i) {
  int32_t value;
  memcpy(&value, bytes + i * sizeof value, sizeof value);
  return value;
}

int32_t limen_faiss_levels(const struct limen_faiss_links *links, size_t node) {
  return int_at(links->levels, node);
}

int32_t limen_faiss_list_start(const struct limen_faiss_links *links, size_t level) {
  return int_at(links->cum_nneighbor_per_level, level);
}

const uint8_t *limen_faiss_list(const void *context, size_t node, size_t level, size_t *count) {
  const struct limen_faiss_links *links = context;
  const size_t start = (size_t)limen_faiss_list_start(links, level);
  const size_t most = (size_t)limen_faiss_list_start(links, level + 1) - start;
  uint64_t offset;
  memcpy(&offset, links->offsets + node * sizeof offset, sizeof offset);
  const uint8_t *list = links->neighbors + (offset + start) * sizeof(int32_t);
  for (*count = 0; *count < most && int_at(list, *count) >= 0;) ++*count;
  return list;
}

/* The nodes first .. first + count - 1 in the sequence in which one call of add() links them. */
static void deal(const struct limen_faiss_links *links, size_t first, size_t count, gsl_rng *rng,
                 uint32_t *sequence) {
  int32_t most = 0;
  size_t at = 0;
  gsl_rng_set(rng, 789);
  for (size_t i = 0; i < count; i++) {
    const int32_t levels = limen_faiss_levels(links, first + i);
    if (levels > most) most = levels;
  }
  for (int32_t levels = most; levels > 0; levels--) {
    const size_t start = at;
    for (size_t i = 0; i < count; i++)
      if (limen_faiss_levels(links, first + i) == levels) sequence[at++] = (uint32_t)(first + i);
    for (size_t i = start; i < at; i++) {
      const size_t other = i + gsl_rng_get(rng) % (at - i);
      const uint32_t node = sequence[i];
      sequence[i] = sequence[other];
      sequence[other] = node;
    }
  }
}

int limen_faiss_inserted(const struct limen_faiss_links *links, size_t batch, uint32_t *inserted,
                         struct limen_error *error) {
  const size_t nodes = links->nodes;
  if (batch == 0 || batch > nodes) batch = nodes;
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  uint32_t *sequence = limen_alloc(nodes, sizeof *sequence, error);
  int status = LIMEN_OK;
  if (!sequence)
    status = LIMEN_FAILED;
  else if (!rng)
    status = LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a generator");
  for (size_t first = 0; status == LIMEN_OK && first < nodes; first += batch)
    deal(links, first, nodes - first < batch ? nodes - first : batch, rng, sequence + first);
  for (size_t i = 0; status == LIMEN_OK && i < nodes; i++) inserted[sequence[i]] = (uint32_t)i;
  limen_free(sequence);
  if (rng) gsl_rng_free(rng);
  return status;
}
