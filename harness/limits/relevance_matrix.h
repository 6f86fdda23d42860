/* Judgements as geometry sees them: a 0/1 matrix, a row for each set of documents that some query
 * wants, a column for each kind of document.
 *
 * Queries that want the same documents can share a vector, and so can documents that the same
 * queries want: equal rows are one row, equal columns one column, and all documents that no query
 * wants are together one column. Rows that want nothing or everything are served by any vectors and
 * are left out. The dimension that is needed does not change by any of this. */
#ifndef LIMEN_LIMITS_RELEVANCE_MATRIX_H
#define LIMEN_LIMITS_RELEVANCE_MATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/collection.h"

struct limen_relevance_matrix {
  size_t queries;     /* that were judged */
  size_t documents;   /* that there are: the judged ones, or as many as the caller says */
  size_t wanted;      /* documents that some kept query wants */
  size_t least, most; /* documents that a kept query wants; 0 without rows */

  size_t rows, columns;
  size_t *start;    /* rows + 1 positions in `column` */
  uint32_t *column; /* of each row, ascending; columns in the order the judgements name them */
};

/* Grades of at least `level` (1 or more) are wanted. `documents`: how many the collection holds, 0
 * when it holds the judged ones only. LIMEN_INPUT when `documents` is less than what is judged, for
 * a document that is judged twice for a query, and beyond 2^31 judgements. O(J log J). Cleared by
 * limen_relevance_matrix_clear. */
int limen_relevance_matrix_make(const struct limen_qrels *qrels, int32_t level, size_t documents,
                                struct limen_relevance_matrix *out, struct limen_error *error);
void limen_relevance_matrix_clear(struct limen_relevance_matrix *matrix);

static inline size_t limen_relevance_row(const struct limen_relevance_matrix *matrix, size_t row,
                                         const uint32_t **columns) {
  *columns = matrix->column + matrix->start[row];
  return matrix->start[row + 1] - matrix->start[row];
}

#endif
