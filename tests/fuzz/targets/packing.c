/* Packed answers of a stranger's run, for every count of bytes that they may claim to be; and what
 * is packed must come back. */
#include <string.h>

#include "base/memory.h"
#include "fuzz/judge.h"
#include "fuzz/seeds.h"
#include "fuzz/target.h"
#include "store/packing.h"

extern const struct fuzz_target fuzz_target_packing;

enum { COUNT = 2 };

static void unpack(const uint8_t *bytes, size_t size, size_t count) {
  void *out = NULL;
  struct limen_error error = {0};
  int status = limen_unpack(bytes, size, count, &out, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  fuzz_expect((status == LIMEN_OK) == (out != NULL), "bytes of a refusal");
  limen_free(out);
}

static void pack(const uint8_t *bytes, size_t size) {
  void *packed = NULL, *again = NULL;
  size_t length = 0;
  struct limen_error error = {0};
  int status = limen_pack(bytes, size, &packed, &length, &error);
  if (status == LIMEN_OK && packed) {
    status = limen_unpack(packed, length, size, &again, &error);
    fuzz_expect(status == LIMEN_OK && memcmp(again, bytes, size) == 0, "packed otherwise: %s",
                error.text);
  }
  fuzz_expect(status == LIMEN_OK, "%s", error.text);
  limen_free(packed);
  limen_free(again);
}

static void run(const uint8_t *bytes, size_t size) {
  if (size < COUNT) return;
  unpack(bytes + COUNT, size - COUNT, bytes[0] | (size_t)bytes[1] << 8);
  pack(bytes, size);
}

static void seed(struct fuzz_seeds *to) {
  uint8_t plain[600], all[sizeof plain + COUNT] = {sizeof plain & 255, sizeof plain >> 8};
  size_t length = 0;
  void *packed = NULL;
  for (size_t i = 0; i < sizeof plain; i++) plain[i] = i % 4 ? 0 : (uint8_t)(i * i % 11);
  fuzz_expect(limen_pack(plain, sizeof plain, &packed, &length, NULL) == LIMEN_OK && packed,
              "the seed cannot be packed");
  memcpy(all + COUNT, packed, length);
  fuzz_seed(to, "packed", all, COUNT + length);
  fuzz_seed(to, "plain", plain, sizeof plain);
  limen_free(packed);
}

const struct fuzz_target fuzz_target_packing = {
    .name = "packing",
    .about = "packed answers of a stranger's run",
    .longest = 1024,
    .run = run,
    .seed = seed,
};
