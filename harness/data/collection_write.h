/* Text collections to files, in the forms that others read. All of these can be read back by
 * collection_read.h.
 *
 *   corpus.jsonl queries.jsonl qrels.jsonl   JSON lines with the fields of LIMIT and BEIR
 *   qrels/test.tsv                           the judgements as BEIR has them
 *   trec/documents.trec trec/topics.trec     SGML as of TREC
 *   trec/qrels.trec                          query, 0, document, grade
 *   trec/ids.tsv                             what ids are called in trec/, and what they are
 *
 * TREC's files part fields by white space, so that in trec/ an id has its bytes up to the space and
 * the characters % & < > written as % and two hexadecimal digits: "Ada Abbott" is "Ada%20Abbott".
 * No two ids become one, which spaces made to underscores would not promise. */
#ifndef LIMEN_DATA_COLLECTION_WRITE_H
#define LIMEN_DATA_COLLECTION_WRITE_H

#include "base/error.h"
#include "base/text.h"
#include "data/collection.h"

/* Writes all of the above into a folder, which is made. LIMEN_INPUT names an id that is empty, not
 * UTF-8, or holds control characters, and a text that is not UTF-8 or holds a zero byte. */
int limen_collection_write(const char *folder, const struct limen_collection *collection,
                           struct limen_error *error);

/* The names of those files, relative to the folder; NULL past the end. */
const char *limen_collection_file(size_t i);

/* Adds an id as it is called in trec/. */
void limen_trec_id(const char *id, struct limen_text *out);

#endif
