/* Figures that others published on LIMIT, drawn beside our own and never used as results. */
#ifndef LIMEN_KINDS_RETRIEVAL_PUBLISHED_H
#define LIMEN_KINDS_RETRIEVAL_PUBLISHED_H

#include "report/document.h"

/* Whether there are any for a set. */
bool retrieval_published_has(const char *set);

/* Adds recall@2 of the published models on the set ("small", "full"), hollow; nothing for another
 * set. */
void retrieval_published_draw(struct limen_plot *plot, const char *set, int colour);

/* A table of all of them. */
void retrieval_published_table(struct limen_document *out);

/* Recall@100 by pattern of relevance, from the preprint's first version alone (2508.21038v1). */
size_t retrieval_published_pattern_models(void);
const char *retrieval_published_pattern_model(size_t i);
/* A fraction of 1; NaN for a pattern without a figure. */
double retrieval_published_pattern(size_t i, const char *pattern);

/* Recall@2 on 1000 dense queries, of untrained random tokens and of BM25, among `documents`: 46 or
 * 50,000. NaN where there is no figure. */
double retrieval_published_recall(const char *representation, double d, double documents);

#endif
