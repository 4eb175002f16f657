/* Every pointer of every function as NULL in turn: a status or a documented no-op, outputs cleared, nothing taken. */
#include "check.h"

#define JSON "{\"version\":1}"

/* Without a response there is no place for an error, but the length is cleared. */
#define WITHOUT_RESPONSE(function, ...)                                      \
  do {                                                                       \
    size_t length = 99;                                                      \
    CHECK(function(__VA_ARGS__, NULL, &length) == PROXYCALC_NULL_ARGUMENT);  \
    CHECK(length == 0);                                                      \
    CHECK(function(__VA_ARGS__, NULL, NULL) == PROXYCALC_NULL_ARGUMENT);     \
  } while (0)

int main(void) {
  char *response;

  EXPECT(PROXYCALC_NULL_ARGUMENT, "request must not be NULL", calc_proxies, NULL, 1);
  EXPECT(PROXYCALC_INVALID_REQUEST, "EOF", find_conflicts, NULL, 0);
  EXPECT(PROXYCALC_NULL_ARGUMENT, "request must not be NULL", find_conflicts, NULL, 1);
  WITHOUT_RESPONSE(calc_proxies, TEXT(JSON));
  WITHOUT_RESPONSE(find_conflicts, TEXT(JSON));
  EXPECT(PROXYCALC_NULL_ARGUMENT, "request must not be NULL", proxycalc_resolve_error, NULL, 1);
  WITHOUT_RESPONSE(proxycalc_resolve_error, TEXT(JSON));
  EXPECT(PROXYCALC_NULL_ARGUMENT, "request must not be NULL", proxycalc_diagnose_provisioning, NULL, 1);
  EXPECT(PROXYCALC_INVALID_REQUEST, "users is missing", proxycalc_diagnose_provisioning, TEXT(JSON));
  WITHOUT_RESPONSE(proxycalc_diagnose_provisioning, TEXT(JSON));

  EXPECT(PROXYCALC_NULL_ARGUMENT, "scan must not be NULL", proxycalc_scan_begin, TEXT(JSON), NULL);
  proxycalc_scan *scan = (proxycalc_scan *)(size_t)1;
  EXPECT(PROXYCALC_NULL_ARGUMENT, "options must not be NULL", proxycalc_scan_begin, NULL, 1, &scan);
  CHECK(scan == NULL);
  scan = (proxycalc_scan *)(size_t)1;
  EXPECT(PROXYCALC_INVALID_REQUEST, "unknown field", proxycalc_scan_begin, TEXT("{\"version\":1,\"wants\":1}"), &scan);
  CHECK(scan == NULL);
  scan = (proxycalc_scan *)(size_t)1;
  WITHOUT_RESPONSE(proxycalc_scan_begin, TEXT(JSON), &scan);
  CHECK(scan == NULL);
  response = (char *)(size_t)1;
  CHECK(proxycalc_scan_begin(TEXT(JSON), &scan, &response, NULL) == PROXYCALC_OK && scan && !response);

  EXPECT(PROXYCALC_NULL_ARGUMENT, "scan must not be NULL", proxycalc_scan_push, NULL, TEXT("{}"));
  EXPECT(PROXYCALC_NULL_ARGUMENT, "records must not be NULL", proxycalc_scan_push, scan, NULL, 1);
  EXPECT(PROXYCALC_OK, NULL, proxycalc_scan_push, scan, NULL, 0);
  WITHOUT_RESPONSE(proxycalc_scan_push, scan, TEXT("{}"));

  CHECK(proxycalc_scan_cancel(NULL) == PROXYCALC_NULL_ARGUMENT);

  EXPECT(PROXYCALC_NULL_ARGUMENT, "scan must not be NULL", proxycalc_source_begin, NULL, TEXT("{\"name\":\"f\"}"));
  EXPECT(PROXYCALC_NULL_ARGUMENT, "source must not be NULL", proxycalc_source_begin, scan, NULL, 1);
  WITHOUT_RESPONSE(proxycalc_source_begin, scan, TEXT("{\"name\":\"f\"}"));
  EXPECT(PROXYCALC_NULL_ARGUMENT, "scan must not be NULL", proxycalc_source_push, NULL, TEXT("x"));
  EXPECT(PROXYCALC_NULL_ARGUMENT, "scan must not be NULL", proxycalc_source_end, NULL);
  /* None of the refused calls opened the file. */
  EXPECT(PROXYCALC_SCAN_MISUSE, "no source is open", proxycalc_source_end, scan);
  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_begin, scan, TEXT("{\"name\":\"f\"}"));
  EXPECT(PROXYCALC_NULL_ARGUMENT, "bytes must not be NULL", proxycalc_source_push, scan, NULL, 1);
  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_push, scan, NULL, 0);
  WITHOUT_RESPONSE(proxycalc_source_push, scan, TEXT("x"));
  WITHOUT_RESPONSE(proxycalc_source_end, scan);
  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_end, scan);

  EXPECT(PROXYCALC_NULL_ARGUMENT, "scan must not be NULL", proxycalc_scan_finish, NULL);
  WITHOUT_RESPONSE(proxycalc_scan_finish, scan);
  /* The scan still reads, and nothing of the refused calls was taken. */
  EXPECT(PROXYCALC_OK, "\"recipientsRead\":0", proxycalc_scan_finish, scan);

  EXPECT(PROXYCALC_NULL_ARGUMENT, "scan must not be NULL", proxycalc_scan_next, NULL);
  WITHOUT_RESPONSE(proxycalc_scan_next, scan);
  EXPECT(PROXYCALC_NULL_ARGUMENT, "scan must not be NULL", proxycalc_scan_query, NULL, TEXT(JSON));
  EXPECT(PROXYCALC_NULL_ARGUMENT, "request must not be NULL", proxycalc_scan_query, scan, NULL, 1);
  WITHOUT_RESPONSE(proxycalc_scan_query, scan, TEXT(JSON));

  /* A length beyond the limit is refused before anything is read. */
  EXPECT(PROXYCALC_LIMIT_EXCEEDED, "the bytes of one call", find_conflicts, (const uint8_t *)"x",
         (size_t)PROXYCALC_MAX_CALL_BYTES + 1);
  EXPECT(PROXYCALC_LIMIT_EXCEEDED, "the bytes of one call", find_conflicts, (const uint8_t *)"x", SIZE_MAX);
  EXPECT(PROXYCALC_INVALID_UTF8, "offset 1", find_conflicts, TEXT("{\xff}"));

  proxycalc_scan_free(scan);
  proxycalc_scan_free(NULL);
  proxycalc_string_free(NULL);
  return 0;
}
