/* Training for the widest gap: free documents and queries, the soft minimum of the margins,
 * annealed until it is the worst margin. The widest look on the way counts. */
#ifndef LIMEN_LIMITS_WIDEST_TRAINING_H
#define LIMEN_LIMITS_WIDEST_TRAINING_H

#include "data/relevance.h"
#include "limits/free_embedding.h"

/* The recipe, which is fixed so that gaps of all n and d can be compared: free queries, the soft
 * minimum of the margins, which becomes the worst margin as the temperature falls, annealed over
 * everything that a unit vector's scores can resolve. Tried at d = 4, 7, 8: slower annealing adds
 * under a tenth, a colder start loses the order of the documents and half of the gap. */
struct limen_free_settings limen_widest_settings(size_t steps);

/* Trains for `steps` steps from a random start. Whenever the worst margin exceeds *best, it is put
 * there, and the embeddings into `documents` (n x d) and `queries` (queries x d, may be NULL): call
 * it again for more starts. Nothing is proved. LIMEN_INTERRUPTED between steps. */
int limen_train_widest(const struct limen_relevance *relevance, size_t d, size_t steps,
                       uint64_t seed, float *best, float *documents, float *queries,
                       struct limen_error *error);

/* Trains on from `documents` and `queries`, rows of unit length that have the worst margin *best,
 * at rates and temperatures that are fractions of it; four times `steps` steps. All three are left
 * as they are where nothing wider is found, and where *best is not above 0. Otherwise like the
 * above. */
int limen_widen(const struct limen_relevance *relevance, size_t d, size_t steps, float *best,
                float *documents, float *queries, struct limen_error *error);

#endif
