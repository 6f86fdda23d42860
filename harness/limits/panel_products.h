/* The three matrix products of a training step, on panels (panels.h). Their operands are small and
 * thin (d = 4 .. 50), which a general sgemm is not made for. */
#ifndef LIMEN_LIMITS_PANEL_PRODUCTS_H
#define LIMEN_LIMITS_PANEL_PRODUCTS_H

#include <stddef.h>

#include "limits/panels.h"

/* S = V Q^T for one panel of queries: `scores` is n x LIMEN_PANEL. */
void limen_product_scores(const struct limen_panels *documents, const float *queries,
                          float *scores);

/* dQ = G V for one panel: `weights` is n x LIMEN_PANEL, `out` d x LIMEN_PANEL. */
void limen_product_queries(const struct limen_panels *documents, const float *weights, float *out);

/* dV += G^T Q over `panels` successive panels of queries (d x LIMEN_PANEL each) and of weights
 * (n x LIMEN_PANEL each); `out` lies as the documents' values do. */
void limen_product_documents(const struct limen_panels *documents, size_t panels,
                             const float *queries, const float *weights, float *out);

#endif
