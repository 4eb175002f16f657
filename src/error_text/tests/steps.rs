//! Steps follow the attribute and the situation, not only the code.

use super::*;

/// Exchange made the address of the name: another name comes first, and nothing is taken from the one that has it.
#[test]
fn an_address_that_was_not_asked_for_is_not_taken_from_its_holder() {
    let error = "The proxy address \"SMTP:support@contoso.com\" is already being used by \"EURPR05A001.prod.outlook.com/Microsoft Exchange Hosted Organizations/contoso.onmicrosoft.com/Support\". Choose another proxy address.";
    let script = |line: &str| {
        format!(
            "{error}\nAt line:1 char:1\n+ {line}\n+ ~~~~~~~\n    + CategoryInfo          : NotSpecified: (:) [New-Mailbox], Exception"
        )
    };
    for (text, line) in [
        (
            format!("creating support@contoso.co.uk fails with `{error}`"),
            "New-Mailbox -Shared -Name '<another name>' -Alias '<another alias>' -PrimarySmtpAddress 'support@contoso.co.uk'",
        ),
        (
            script("New-Mailbox -Shared -Name Support -PrimarySmtpAddress it-help@contoso.co.uk"),
            "New-Mailbox -Shared -Name '<another name>' -Alias '<another alias>' -PrimarySmtpAddress 'it-help@contoso.co.uk'",
        ),
        (
            script("New-DistributionGroup -Name Support -PrimarySmtpAddress support@contoso.co.uk"),
            "New-DistributionGroup -Name '<another name>' -Alias '<another alias>' -PrimarySmtpAddress 'support@contoso.co.uk'",
        ),
        (
            format!(
                "New-UnifiedGroup: \nLine |\n   2 |  New-UnifiedGroup -DisplayName Support -PrimarySmtpAddress support@contoso.co.uk\n     |  ~~~~~~~~~\n     | {error}"
            ),
            "New-UnifiedGroup -DisplayName '<another name>' -Alias '<another alias>' -PrimarySmtpAddress 'support@contoso.co.uk'",
        ),
    ] {
        let analysis = analyse(&text);
        assert_eq!(analysis.code, Code::ProxyAddressInUse);
        assert_eq!(analysis.next_steps[1], line, "{text}");
        let lines = analysis.next_steps.join("\n");
        assert!(
            !lines.contains("Take the address") && !lines.contains("remove="),
            "{lines}"
        );
    }
    for text in [
        error.to_owned(),
        script("New-Mailbox -Shared -Name Support -PrimarySmtpAddress support@contoso.com"),
        script(
            "Set-Mailbox -Identity info@contoso.co.uk -EmailAddresses @{add='support@contoso.com'}",
        ),
        format!("ann@contoso.co.uk says: {error}"),
    ] {
        assert_eq!(analyse(&text).typed, None, "{text}");
    }
}

#[test]
fn a_nickname_in_conflict_wants_no_address() {
    for text in [
        "The alias \"sales\" is already being used by another recipient.",
        "The value \"sales\" of property \"Alias\" is used by another recipient object.",
        "Another object with the same value for property mailNickname already exists.",
    ] {
        let lines = analyse(text).next_steps.join("\n");
        assert!(
            lines.contains("Alias -eq") && lines.contains("mailNickname eq"),
            "{lines}"
        );
        assert!(
            !lines.contains("EmailAddresses -eq") && !lines.contains("proxyAddresses/any"),
            "{lines}"
        );
    }
}

/// `-UserId` takes an id or a user principal name, and a global catalog must be asked for the forest.
#[test]
fn look_ups_name_what_they_look_up() {
    for (text, ..) in samples() {
        for line in analyse(&text).next_steps {
            if line.starts_with("Get-ADObject") && line.contains("-LDAPFilter") {
                assert!(
                    line.starts_with(
                        "Get-ADObject -SearchBase '' -Server '<global catalog server>:3268' "
                    ),
                    "{line}"
                );
            }
            if let Some((_, id)) = line.split_once("-UserId '") {
                assert!(
                    id.starts_with(GUID) || id.starts_with("<user principal name>"),
                    "{line}"
                );
            }
        }
    }
}
