/* For limen_passages_read: TREC's documents and topics. */
#ifndef LIMEN_DATA_COLLECTION_READ_SGML_H
#define LIMEN_DATA_COLLECTION_READ_SGML_H

#include "data/lines.h"

/* What takes one passage; its error is given the line where the passage starts. */
typedef int (*limen_passage_taker)(void *context, const char *id, const char *title,
                                   const char *text, struct limen_error *error);

/* All passages of the file. `lines->number` is moved along, for the messages. */
int limen_sgml_read(struct limen_lines *lines, limen_passage_taker take, void *context,
                    struct limen_error *error);

#endif
