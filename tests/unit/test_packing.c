/* Answers are packed without loss where it pays, and damage is told from data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/packing.h"

enum { MOST = 5003 };

/* Small numbers in four bytes, of which `count` need not be a multiple. */
static void fill(unsigned char *bytes, size_t count, uint32_t below) {
  uint32_t state = 57;
  for (size_t i = 0; i < count; i += 4) {
    state = state * 1664525u + 1013904223u;
    const uint32_t value = below ? (state >> 8) % below : state ^ state >> 13;
    memcpy(bytes + i, &value, count - i < 4 ? count - i : 4);
  }
}

static void small_numbers_come_back(void **state) {
  (void)state;
  static const size_t counts[] = {256, 257, 258, 259, 1200, MOST};
  unsigned char bytes[MOST];
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    void *packed, *again, *out;
    size_t length, twice;
    fill(bytes, counts[i], 4001);
    assert_int_equal(limen_pack(bytes, counts[i], &packed, &length, NULL), LIMEN_OK);
    assert_non_null(packed);
    assert_true(length < counts[i] * 2 / 3);
    assert_int_equal(limen_pack(bytes, counts[i], &again, &twice, NULL), LIMEN_OK);
    assert_int_equal(twice, length);
    assert_memory_equal(packed, again, length);
    assert_int_equal(limen_unpack(packed, length, counts[i], &out, NULL), LIMEN_OK);
    assert_memory_equal(out, bytes, counts[i]);
    limen_free(packed);
    limen_free(again);
    limen_free(out);
  }
}

static void what_does_not_pay_is_left(void **state) {
  (void)state;
  unsigned char bytes[MOST] = {0};
  void *packed = bytes;
  size_t length = 1;
  assert_int_equal(limen_pack(bytes, 255, &packed, &length, NULL), LIMEN_OK);
  assert_null(packed);
  fill(bytes, MOST, 0);
  assert_int_equal(limen_pack(bytes, MOST, &packed, &length, NULL), LIMEN_OK);
  assert_null(packed);
}

static void damage_is_named(void **state) {
  (void)state;
  unsigned char bytes[MOST];
  struct limen_error error = {0};
  void *packed, *out;
  size_t length;
  fill(bytes, MOST, 11);
  assert_int_equal(limen_pack(bytes, MOST, &packed, &length, NULL), LIMEN_OK);
  const struct {
    size_t length, count;
  } wrong[] = {{length - 1, MOST}, {length, MOST - 1}, {length, MOST + 1}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_int_equal(limen_unpack(packed, wrong[i].length, wrong[i].count, &out, &error),
                     LIMEN_INPUT);
    assert_non_null(strstr(error.text, " packed bytes do not unpack to "));
    assert_null(out);
  }
  assert_int_equal(limen_unpack(packed, length, length - 1, &out, &error), LIMEN_INPUT);
  assert_non_null(strstr(error.text, " packed ones"));
  /* Nothing packs so well, and no memory is taken for what claims to. */
  assert_int_equal(limen_unpack(packed, 0, MOST, &out, &error), LIMEN_INPUT);
  assert_int_equal(limen_unpack(packed, 3, 3 * 1032 + 1, &out, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "3097 bytes cannot be 3 packed ones");
  ((unsigned char *)packed)[length / 2] ^= 0x41; /* the checksum of zlib */
  assert_int_equal(limen_unpack(packed, length, MOST, &out, &error), LIMEN_INPUT);
  limen_free(packed);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(small_numbers_come_back),
      cmocka_unit_test(what_does_not_pay_is_left),
      cmocka_unit_test(damage_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
