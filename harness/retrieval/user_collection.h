/* A collection without texts, for vectors that come with nothing but judgements. */
#ifndef LIMEN_RETRIEVAL_USER_COLLECTION_H
#define LIMEN_RETRIEVAL_USER_COLLECTION_H

#include "base/error.h"
#include "data/collection.h"
#include "retrieval/representation.h"

/* A passage a row of the settings' files of vectors, with the ids of their files of ids, or without
 * those the rows' numbers "0", "1", ... as ids; texts are empty. `qrels` is a file of judgements.
 * LIMEN_USAGE without files of vectors; LIMEN_INPUT when they do not fit, or when no judgement
 * calls a document that has a vector relevant to a query that has one: ids that differ are the
 * usual reason, so the message shows some of either. */
int limen_user_collection(const struct limen_representation_settings *settings, const char *qrels,
                          struct limen_collection *out, struct limen_error *error);

#endif
