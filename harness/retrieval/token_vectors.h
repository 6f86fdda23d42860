/* Random vectors of tokens: a token's vector follows from the seed and the token's text alone, so
 * it is the same in every collection, and the first values are the same for every d. */
#ifndef LIMEN_RETRIEVAL_TOKEN_VECTORS_H
#define LIMEN_RETRIEVAL_TOKEN_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/matrix.h"
#include "retrieval/tokens.h"

/* d numbers N(0, 1), from the stream "retrieval/token/" and the SHA-256 of the token's text. */
int limen_token_vector(const char *token, uint64_t seed, size_t d, float *out,
                       struct limen_error *error);

/* A row a token of the vocabulary, `unit`: scaled to unit length. */
int limen_token_vectors(const struct limen_tokens *tokens, uint64_t seed, size_t d, bool unit,
                        struct limen_matrix *out, struct limen_error *error);

#endif
