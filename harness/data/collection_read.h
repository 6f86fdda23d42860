/* Text collections from files. What a file holds is told from its content, never from its name:
 *
 *   documents, queries   JSON lines as of BEIR and LIMIT ({"_id", "title", "text"}), TREC's SGML
 *                        (<DOC>, <top>), or columns parted by tabs: id, text or id, title, text
 *   judgements           JSON lines ({"query-id", "corpus-id", "score"}), the same as columns
 * parted by tabs with or without a header, or TREC's qrels: query, iteration, document, grade
 *
 * Each may be gz. Ids with spaces are fine wherever tabs or quotes part them from the rest.
 * LIMEN_INPUT names file, line and value of what is wrong; nothing is then kept. */
#ifndef LIMEN_DATA_COLLECTION_READ_H
#define LIMEN_DATA_COLLECTION_READ_H

#include "base/error.h"
#include "data/collection.h"

/* From a file, or from all files of a folder in the order of their names. Of topics with a title it
 * is the title that becomes the text, not description and narrative. An id that comes twice is
 * refused. */
int limen_passages_read(const char *path, struct limen_passages *out, struct limen_error *error);

/* A document that is judged twice for a query is refused, as trec_eval does. */
int limen_qrels_read(const char *path, struct limen_qrels *out, struct limen_error *error);

/* ---- a folder with all three ---- */

enum {
  LIMEN_COLLECTION_DOCUMENTS = 1,
  LIMEN_COLLECTION_QUERIES = 2,
  LIMEN_COLLECTION_QRELS = 4,
  LIMEN_COLLECTION_ALL = 7
};

/* Paths, owned; NULL where the folder has nothing under any of the usual names. */
struct limen_collection_files {
  char *documents, *queries, *qrels;
};
void limen_collection_files_clear(struct limen_collection_files *files);

/* Looks for the usual names, with or without an ending (.jsonl, .tsv, .trec, .txt, and .gz behind
 * any): corpus, documents or docs; queries, topics or query-text; qrels. `corpus` may be a folder
 * of documents. In a folder `qrels` the one named `test` is taken, or the only one. LIMEN_INPUT for
 * a folder that cannot be read, or judgements of which none is the obvious choice. */
int limen_collection_find(const char *folder, struct limen_collection_files *out,
                          struct limen_error *error);

/* Reads the parts (LIMEN_COLLECTION_... added up) of a folder, all of which must be there. */
int limen_collection_read(const char *folder, unsigned parts, struct limen_collection *out,
                          struct limen_error *error);

#endif
