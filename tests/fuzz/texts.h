/* What the targets of text collections share. */
#ifndef LIMEN_FUZZ_TEXTS_H
#define LIMEN_FUZZ_TEXTS_H

#include <stddef.h>
#include <stdint.h>

/* Ends the program unless it is an id: text, not empty, without control characters. */
void fuzz_expect_id(const char *id);

/* Reads the bytes as documents or queries. */
void fuzz_read_passages(const uint8_t *bytes, size_t size);

#endif
