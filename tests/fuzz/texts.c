#include "fuzz/texts.h"

#include <string.h>

#include "data/collection_read.h"
#include "definition/words.h"
#include "fuzz/files.h"
#include "fuzz/judge.h"

void fuzz_expect_id(const char *id) {
  fuzz_expect(*id != '\0' && limen_words_plain(id, strlen(id)), "`%s` is no id", id);
}

void fuzz_read_passages(const uint8_t *bytes, size_t size) {
  struct limen_passages passages;
  struct limen_error error = {0};
  int status = limen_passages_read(fuzz_file(bytes, size), &passages, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  fuzz_expect(status == LIMEN_OK ? passages.count > 0 : passages.count == 0, "%zu passages",
              passages.count);
  for (size_t i = 0; i < passages.count; i++) {
    const struct limen_passage *passage = &passages.passage[i];
    fuzz_expect_id(passage->id);
    fuzz_expect(limen_words_utf8(passage->title, strlen(passage->title)) &&
                    limen_words_utf8(passage->text, strlen(passage->text)),
                "passage %zu is not UTF-8", i);
    for (size_t j = 0; j < i; j++)
      fuzz_expect(strcmp(passage->id, passages.passage[j].id) != 0, "the id %s stands twice",
                  passage->id);
  }
  limen_passages_clear(&passages);
}
