/* A whole scan: JSON lines, a file in odd pieces, the summary, all pages, a look-up. */
#include "check.h"

static const char LINES[] =
    "{\"ExternalDirectoryObjectId\":\"11111111-1111-1111-1111-111111111111\",\"Identity\":\"anna\","
    "\"RecipientTypeDetails\":\"UserMailbox\",\"EmailAddresses\":[\"SMTP:anna@contoso.com\",\"smtp:team@contoso.com\"]}\n"
    "{\"ExternalDirectoryObjectId\":\"22222222-2222-2222-2222-222222222222\",\"Identity\":\"bert\","
    "\"RecipientTypeDetails\":\"UserMailbox\",\"EmailAddresses\":[\"SMTP:bert@contoso.com\"]}\n";

static const char MORE_LINES[] =
    "{\"ExternalDirectoryObjectId\":\"33333333-3333-3333-3333-333333333333\",\"Identity\":\"carl\","
    "\"RecipientTypeDetails\":\"UserMailbox\",\"EmailAddresses\":[\"SMTP:carl@contoso.com\",\"smtp:TEAM@contoso.com\"]}\n"
    "{\"ExternalDirectoryObjectId\":\"44444444-4444-4444-4444-444444444444\",\"Identity\":\"dora\","
    "\"RecipientTypeDetails\":\"UserMailbox\",\"EmailAddresses\":[\"SMTP:dora@contoso.com\"]}\n";

static const char FILE_BYTES[] =
    "Identity,ExternalDirectoryObjectId,RecipientTypeDetails,EmailAddresses\r\n"
    "\"t\xc3\xa9" "a, m\",55555555-5555-5555-5555-555555555555,UserMailbox,SMTP:tea@contoso.com;smtp:bert@contoso.com\r\n";

int main(void) {
  CHECK(proxycalc_abi_version() == PROXYCALC_ABI_VERSION);
  CHECK(strcmp(proxycalc_version(), PROXYCALC_VERSION) == 0);
  CHECK(strcmp(proxycalc_status_name(PROXYCALC_OK), "Ok") == 0);
  CHECK(strcmp(proxycalc_status_name(-1), "Unknown") == 0);

  proxycalc_scan *scan = begin("{\"version\":1}");
  EXPECT(PROXYCALC_OK, NULL, proxycalc_scan_push, scan, TEXT(LINES));
  EXPECT(PROXYCALC_OK, NULL, proxycalc_scan_push, scan, TEXT(MORE_LINES));

  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_begin, scan, TEXT("{\"name\":\"more.csv\",\"format\":\"auto\"}"));
  size_t length = strlen(FILE_BYTES);
  /* Pieces of 1, 2, 3, … bytes, in memory of their own: the library keeps none of it after the call. */
  for (size_t at = 0, size = 1; at < length; at += size, size++) {
    size_t count = size < length - at ? size : length - at;
    uint8_t *piece = malloc(count);
    CHECK(piece != NULL);
    memcpy(piece, FILE_BYTES + at, count);
    EXPECT(PROXYCALC_OK, NULL, proxycalc_source_push, scan, piece, count);
    memset(piece, 'x', count);
    free(piece);
  }
  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_end, scan);

  char *summary = NULL;
  CHECK(proxycalc_scan_finish(scan, &summary, NULL) == PROXYCALC_OK);
  CHECK(strstr(summary, "\"recipientsRead\":5,\"objects\":5,\"addressesRead\":8,\"conflicts\":2,\"issues\":0,\"errors\":2"));
  CHECK(strstr(summary, "\"problems\":[]"));
  proxycalc_string_free(summary);

  int pages = 0;
  int holds_team = 0;
  int holds_bert = 0;
  for (;;) {
    char *page = NULL;
    size_t page_length = 0;
    CHECK(proxycalc_scan_next(scan, &page, &page_length) == PROXYCALC_OK);
    if (!page) {
      CHECK(page_length == 0);
      break;
    }
    CHECK(strlen(page) == page_length);
    CHECK(strncmp(page, "{\"conflicts\":[", 14) == 0);
    holds_team |= strstr(page, "team@contoso.com") != NULL;
    holds_bert |= strstr(page, "\"identity\":\"t\xc3\xa9" "a, m\"") != NULL;
    pages++;
    proxycalc_string_free(page);
  }
  CHECK(pages == 1 && holds_team && holds_bert);
  EXPECT(PROXYCALC_OK, NULL, proxycalc_scan_next, scan);

  EXPECT(PROXYCALC_OK, "\"identity\":\"dora\"", proxycalc_scan_query, scan, TEXT("{\"version\":1,\"lookUp\":[\"Dora@Contoso.com\"]}"));
  EXPECT(PROXYCALC_OK, "{\"addresses\":[]}", proxycalc_scan_query, scan, TEXT("{\"version\":1,\"lookUp\":[\"nobody@contoso.com\"]}"));
  EXPECT(PROXYCALC_OK, "\"identity\":\"dora\"", proxycalc_scan_query, scan,
         TEXT("{\"version\":1,\"resolve\":{\"texts\":[\"Look at smtp:dora@contoso.com.\"]}}"));
  EXPECT(PROXYCALC_INVALID_REQUEST, "resolve.texts[0]", proxycalc_scan_query, scan, TEXT("{\"version\":1,\"resolve\":{\"texts\":[7]}}"));
  EXPECT(PROXYCALC_INVALID_REQUEST, "asks one thing", proxycalc_scan_query, scan,
         TEXT("{\"version\":1,\"lookUp\":[],\"resolve\":{\"texts\":[]}}"));
  EXPECT(PROXYCALC_INVALID_REQUEST, "asks one thing", proxycalc_scan_query, scan, TEXT("{\"version\":1}"));
  proxycalc_scan_free(scan);

  /* The names of the properties are JSON that is there for good. */
  const char *names = proxycalc_property_names();
  CHECK(strncmp(names, "{", 1) == 0 && strstr(names, "\"emailaddresses\"") && names == proxycalc_property_names());
  return 0;
}
