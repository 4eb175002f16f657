/* What the C programs share: a check that names its line, and calls with text. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proxycalc.h"

#define CHECK(condition)                                                     \
  do {                                                                       \
    if (!(condition)) {                                                      \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                               \
    }                                                                        \
  } while (0)

/* Text as the two arguments that every input is. */
#define TEXT(text) (const uint8_t *)(text), strlen(text)

/* The status is the expected one, a failure has a message of that name, a success `response` or nothing. Frees it. */
static inline void expect_at(int line, int32_t expected, int32_t status, char *response, size_t length, const char *part) {
  int good = status == expected && (response ? strlen(response) == length : length == 0);
  if (status != PROXYCALC_OK) {
    char code[64];
    snprintf(code, sizeof code, "\"code\":\"%s\"", proxycalc_status_name(status));
    good = good && response && strstr(response, "\"error\"") && strstr(response, code);
  }
  good = good && (part ? response && strstr(response, part) : status != PROXYCALC_OK || !response);
  if (!good) {
    fprintf(stderr, "line %d: expected %d with %s, got %d with %s\n", line, (int)expected, part ? part : "nothing",
            (int)status, response ? response : "NULL");
    exit(1);
  }
  proxycalc_string_free(response);
}

/* Calls with outputs that hold rubbish, so that a function that forgets to clear them is caught. */
#define EXPECT(expected, part, function, ...)                                \
  do {                                                                       \
    char *expect_response = (char *)(size_t)1;                               \
    size_t expect_length = 99;                                               \
    int32_t expect_status = function(__VA_ARGS__, &expect_response, &expect_length); \
    expect_at(__LINE__, (expected), expect_status, expect_response, expect_length, (part)); \
  } while (0)

static inline proxycalc_scan *begin(const char *options) {
  proxycalc_scan *scan = NULL;
  EXPECT(PROXYCALC_OK, NULL, proxycalc_scan_begin, TEXT(options), &scan);
  CHECK(scan != NULL);
  return scan;
}

#endif
