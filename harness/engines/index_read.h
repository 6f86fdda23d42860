/* Saved indexes as plain data, read without the libraries that wrote them (registry:
 * index_readers.def).
 *
 * The files may come from strangers: every length is checked before it is used, every link before
 * it is followed, and what is wrong is named with its byte and field. */
#ifndef LIMEN_ENGINES_INDEX_READ_H
#define LIMEN_ENGINES_INDEX_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engines/engine.h"
#include "engines/graph.h"
#include "engines/index_cursor.h"

/* In the place of a metric. */
enum {
  LIMEN_METRIC_UNTOLD = -1, /* the file does not say */
  LIMEN_METRIC_OTHER = -2   /* one that is none of ours */
};

struct limen_index_content {
  const char *kind;       /* "hnswlib", "FAISS IHNf"; static */
  size_t rows, columns;   /* columns 0: the file does not tell */
  size_t M;               /* links a node may have on upper levels */
  size_t ef_construction; /* 0: not known */
  int metric;             /* enum limen_metric, or one of the two below */
  size_t deleted;         /* nodes that are marked as deleted */
  size_t room;            /* nodes that the index may come to have; at least `rows` */
  const char *numbering;  /* what the nodes of the graph are numbered by, a phrase; static */
  uint32_t
      *row; /* owned; per node in the file: its number in the graph; NULL: the file tells none */
  struct limen_graph graph;
  /* The vectors, node after node: where the first stands, and from one to the next. Lent from the
   * bytes that are read; NULL once they are not lent any longer. */
  const uint8_t *vectors;
  size_t stride;
  /* Of a file that limen_index_save wrote. */
  char engine[32]; /* "": the library wrote the file */
  struct limen_index_settings settings;
  char *factory; /* owned: what settings.factory points to */
};

/* LIMEN_INPUT for a file of no known kind, of a kind without a graph, or with anything wrong. */
int limen_index_read(const char *path, struct limen_index_content *out, struct limen_error *error);
void limen_index_content_clear(struct limen_index_content *content);

/* ---- readers ---- */

struct limen_index_reader {
  const char *name, *about;
  /* Whether a file starts as those of this kind do; no more than that is looked at. */
  bool (*recognise)(const struct limen_index_cursor *from);
  /* Fills what the file tells. `settings`: those of the header before the library's own bytes,
   * NULL: there was none. After a failure `out` is cleared by the caller. */
  int (*read)(struct limen_index_cursor *from, const struct limen_index_settings *settings,
              struct limen_index_content *out, struct limen_error *error);
};

const struct limen_index_reader *limen_index_reader_at(size_t i);  /* NULL past the end */
extern const struct limen_index_reader limen_index_reader_hnswlib; /* for the engine too */

/* Reads with the reader that recognises the bytes. */
int limen_index_read_bytes(struct limen_index_cursor *from,
                           const struct limen_index_settings *settings,
                           struct limen_index_content *out, struct limen_error *error);

#endif
