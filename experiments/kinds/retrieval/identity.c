/* By which two runs are known to have searched the same documents for the same queries. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/retrieval/retrieval.h"

/* A hash over a list of any length in little memory: each entry is hashed behind the hash of all
 * before it. Texts hold no NUL, which therefore parts them. */
struct chain {
  char hash[LIMEN_HASH_SIZE];
  struct limen_text entry; /* reused */
  int status;
};

static void add(struct chain *chain, const char *const *texts, size_t count,
                struct limen_error *error) {
  if (chain->status != LIMEN_OK) return;
  chain->entry.length = 0;
  limen_text_add(&chain->entry, chain->hash);
  for (size_t i = 0; i < count; i++)
    limen_text_add_bytes(&chain->entry, texts[i], strlen(texts[i]) + 1);
  chain->status = limen_text_status(&chain->entry, error);
  if (chain->status == LIMEN_OK)
    chain->status = limen_hash_text(chain->entry.data, chain->entry.length, chain->hash, error);
}

static void add_passages(struct chain *chain, const struct limen_passages *passages,
                         struct limen_error *error) {
  for (size_t i = 0; i < passages->count; i++) {
    const struct limen_passage *one = &passages->passage[i];
    add(chain, (const char *const[]){one->id, one->title, one->text}, 3, error);
  }
}

static void add_qrels(struct chain *chain, const struct limen_qrels *qrels,
                      struct limen_error *error) {
  for (size_t q = 0; q < qrels->count; q++)
    for (size_t j = 0; j < qrels->query[q].count; j++) {
      const struct limen_judgement *one = &qrels->query[q].judgement[j];
      char grade[16];
      snprintf(grade, sizeof grade, "%d", (int)one->grade);
      add(chain, (const char *const[]){qrels->query[q].id, one->document, grade}, 3, error);
    }
}

int retrieval_texts_hash(struct retrieval_texts *texts, struct limen_error *error) {
  struct chain data = {0}, asked = {0};
  add_passages(&data, &texts->collection.documents, error);
  add(&data, (const char *const[]){"judgements"}, 1, error);
  add_qrels(&data, &texts->collection.qrels, error);
  add_passages(&asked, &texts->collection.queries, error);
  memcpy(texts->data_hash, data.hash, sizeof data.hash);
  memcpy(texts->asked_hash, asked.hash, sizeof asked.hash);
  limen_text_clear(&data.entry);
  limen_text_clear(&asked.entry);
  return data.status == LIMEN_OK ? asked.status : data.status;
}

int retrieval_keep_hashes(const struct limen_cell *cell, struct limen_answer *answer,
                          struct limen_error *error) {
  const struct retrieval_texts *texts = NULL;
  int status = retrieval_texts_take(cell, &texts, error);
  if (status != LIMEN_OK) return status;
  status =
      limen_blobs_add(&answer->answers, "data", 0, texts->data_hash, LIMEN_HASH_SIZE - 1, error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(&answer->answers, "asked", 0, texts->asked_hash, LIMEN_HASH_SIZE - 1,
                             error);
  retrieval_texts_give(texts);
  return status;
}
