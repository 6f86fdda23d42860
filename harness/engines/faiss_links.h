/* The links of FAISS's HNSW as FAISS holds them in memory and writes them into files, and the
 * sequence in which it makes them. Plain C: files are read without the library. */
#ifndef LIMEN_ENGINES_FAISS_LINKS_H
#define LIMEN_ENGINES_FAISS_LINKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Pointers into FAISS's vectors or into a mapped file, so at any alignment; the names are those of
 * faiss::HNSW. All is lent. */
struct limen_faiss_links {
  size_t nodes;
  const uint8_t *levels;    /* nodes x int32: how many levels a node is on, from 1 */
  const uint8_t *offsets;   /* nodes + 1 x uint64: where a node's lists start among neighbors */
  const uint8_t *neighbors; /* int32; what is left of a list after its links is -1 */
  const uint8_t *cum_nneighbor_per_level; /* int32: where a level's list starts among a node's */
};

/* How many levels a node is on, and where the list of a level starts among a node's. */
int32_t limen_faiss_levels(const struct limen_faiss_links *links, size_t node);
int32_t limen_faiss_list_start(const struct limen_faiss_links *links, size_t level);

/* For struct limen_graph_source; the context is a struct limen_faiss_links. */
const uint8_t *limen_faiss_list(const void *context, size_t node, size_t level, size_t *count);

/* The how manieth each node was linked in by one thread: inserted[0 .. nodes). add() takes the
 * highest levels first, and the nodes of a level in a shuffled sequence whose generator starts
 * anew, mt19937 seeded with 789, in every call. `batch`: rows of a call, 0: all in one. */
int limen_faiss_inserted(const struct limen_faiss_links *links, size_t batch, uint32_t *inserted,
                         struct limen_error *error);

#endif
