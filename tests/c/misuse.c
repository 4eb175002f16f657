/* Calls out of turn are refused and change nothing; a scan can be freed in every state. */
#include "check.h"

#define RECORD "{\"Identity\":\"a\",\"EmailAddresses\":[\"SMTP:a@contoso.com\"]}\n"
#define SOURCE "{\"name\":\"f.json\",\"format\":\"json\"}"
#define LOOK_UP "{\"version\":1,\"lookUp\":[\"a@contoso.com\"]}"

static void out_of_turn(void) {
  proxycalc_scan *scan = begin("{\"version\":1}");
  EXPECT(PROXYCALC_SCAN_MISUSE, "not finished", proxycalc_scan_next, scan);
  EXPECT(PROXYCALC_SCAN_MISUSE, "not finished", proxycalc_scan_query, scan, TEXT(LOOK_UP));
  EXPECT(PROXYCALC_SCAN_MISUSE, "no source", proxycalc_source_push, scan, TEXT("x"));
  EXPECT(PROXYCALC_SCAN_MISUSE, "no source", proxycalc_source_end, scan);
  EXPECT(PROXYCALC_OK, NULL, proxycalc_scan_push, scan, TEXT(RECORD));

  EXPECT(PROXYCALC_INVALID_REQUEST, "unknown field", proxycalc_source_begin, scan, TEXT("{\"name\":\"f\",\"kind\":1}"));
  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_begin, scan, TEXT(SOURCE));
  EXPECT(PROXYCALC_SCAN_MISUSE, "open", proxycalc_source_begin, scan, TEXT(SOURCE));
  EXPECT(PROXYCALC_SCAN_MISUSE, "open", proxycalc_scan_push, scan, TEXT(RECORD));
  EXPECT(PROXYCALC_SCAN_MISUSE, "open", proxycalc_scan_finish, scan);
  EXPECT(PROXYCALC_SCAN_MISUSE, "not finished", proxycalc_scan_next, scan);
  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_push, scan, TEXT("[" RECORD "]"));
  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_end, scan);

  /* A refused piece is not taken. */
  EXPECT(PROXYCALC_INVALID_UTF8, "UTF-8", proxycalc_scan_push, scan, TEXT(RECORD "\xff"));

  EXPECT(PROXYCALC_OK, "\"recipientsRead\":2", proxycalc_scan_finish, scan);
  EXPECT(PROXYCALC_SCAN_MISUSE, "finished", proxycalc_scan_finish, scan);
  EXPECT(PROXYCALC_SCAN_MISUSE, "finished", proxycalc_scan_push, scan, TEXT(RECORD));
  EXPECT(PROXYCALC_SCAN_MISUSE, "finished", proxycalc_source_begin, scan, TEXT(SOURCE));
  EXPECT(PROXYCALC_SCAN_MISUSE, "finished", proxycalc_source_push, scan, TEXT("x"));
  EXPECT(PROXYCALC_SCAN_MISUSE, "finished", proxycalc_source_end, scan);
  EXPECT(PROXYCALC_OK, "\"identity\":\"a\"", proxycalc_scan_query, scan, TEXT(LOOK_UP));
  EXPECT(PROXYCALC_OK, NULL, proxycalc_scan_next, scan);
  proxycalc_scan_free(scan);
}

static void freed_in_every_state(void) {
  proxycalc_scan_free(begin("{\"version\":1}"));

  proxycalc_scan *scan = begin("{\"version\":1}");
  EXPECT(PROXYCALC_OK, NULL, proxycalc_scan_push, scan, TEXT(RECORD));
  proxycalc_scan_free(scan);

  scan = begin("{\"version\":1}");
  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_begin, scan, TEXT(SOURCE));
  proxycalc_scan_free(scan);

  scan = begin("{\"version\":1}");
  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_begin, scan, TEXT(SOURCE));
  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_push, scan, TEXT("[" RECORD ",{\"Identity\":"));
  proxycalc_scan_free(scan);

  scan = begin("{\"version\":1}");
  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_begin, scan, TEXT(SOURCE));
  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_push, scan, TEXT("[" RECORD "]"));
  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_end, scan);
  proxycalc_scan_free(scan);

  scan = begin("{\"version\":1,\"want\":\"addresses\",\"resultForm\":\"separated\"}");
  EXPECT(PROXYCALC_OK, NULL, proxycalc_scan_push, scan, TEXT(RECORD));
  EXPECT(PROXYCALC_OK, "recipientsRead", proxycalc_scan_finish, scan);
  proxycalc_scan_free(scan);
}

/* Many large pieces at once: the queue is full when the scan is freed, in records and in the middle of a file. */
static void freed_with_a_full_queue(void) {
  enum { RECORDS = 300, PIECES = 12 };
  size_t size = strlen(RECORD);
  char *piece = malloc(RECORDS * size + 1);
  CHECK(piece != NULL);
  for (size_t at = 0; at < RECORDS; at++) {
    memcpy(piece + at * size, RECORD, size);
  }
  piece[RECORDS * size] = 0;

  proxycalc_scan *scan = begin("{\"version\":1}");
  for (int at = 0; at < PIECES; at++) {
    EXPECT(PROXYCALC_OK, NULL, proxycalc_scan_push, scan, TEXT(piece));
  }
  proxycalc_scan_free(scan);

  scan = begin("{\"version\":1}");
  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_begin, scan, TEXT("{\"name\":\"f\",\"format\":\"jsonlines\"}"));
  for (int at = 0; at < PIECES; at++) {
    EXPECT(PROXYCALC_OK, NULL, proxycalc_source_push, scan, TEXT(piece));
  }
  proxycalc_scan_free(scan);
  free(piece);
}

int main(void) {
  out_of_turn();
  freed_in_every_state();
  freed_with_a_full_queue();
  return 0;
}
