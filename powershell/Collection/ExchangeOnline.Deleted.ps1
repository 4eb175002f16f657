#
# Exchange Online: deleted objects that may still hold an address
#
if ($exchangeOnline) {

    # Soft-deleted recipients of all kinds. The switch needs the types by name, and adds the deleted objects to the live
    # ones: only those in the container of deleted objects are kept.
    $recipientType = @(
        'EquipmentMailbox', 'GroupMailbox', 'GuestMailUser', 'MailUser', 'RoomMailbox', 'SchedulingMailbox',
        'SharedMailbox', 'TeamMailbox', 'UserMailbox'
    )
    Save-Collected -File recipients-exo-deleted-all.xml -Kind DeletedRecipient -Command {
        Get-EXORecipient -IncludeSoftDeletedRecipients -RecipientTypeDetails $recipientType -ResultSize Unlimited -Properties $property.DeletedRecipient |
            Where-Object -FilterScript { $_.DistinguishedName -like '*,OU=Soft Deleted Objects,*' -or $_.WhenSoftDeleted }
    }, {
        Get-Recipient -IncludeSoftDeletedRecipients -RecipientTypeDetails $recipientType -ResultSize Unlimited |
            Where-Object -FilterScript { $_.DistinguishedName -like '*,OU=Soft Deleted Objects,*' -or $_.WhenSoftDeleted }
    }

    # Soft-deleted mailboxes, with the date. The inactive ones come with the next command.
    Save-Collected -File recipients-exo-deleted-mailboxes.xml -Kind DeletedMailbox -Command {
        Get-Mailbox -SoftDeletedMailbox -ResultSize Unlimited |
            Where-Object -FilterScript { -not $_.IsInactiveMailbox }
    }

    # Inactive mailboxes: deleted, and kept by a hold.
    Save-Collected -File recipients-exo-inactive-mailboxes.xml -Kind DeletedMailbox -Command {
        Get-Mailbox -InactiveMailboxOnly -ResultSize Unlimited
    }

    # Soft-deleted public folder mailboxes.
    Save-Collected -File recipients-exo-deleted-public-folder-mailboxes.xml -Kind DeletedMailbox -Command {
        Get-Mailbox -PublicFolder -SoftDeletedMailbox -ResultSize Unlimited
    }

    # Soft-deleted mail users and guests.
    Save-Collected -File recipients-exo-deleted-mail-users.xml -Kind DeletedMailUser -Command {
        Get-MailUser -SoftDeletedMailUser -ResultSize Unlimited |
            Where-Object -FilterScript { $_.DistinguishedName -like '*,OU=Soft Deleted Objects,*' -or $_.WhenSoftDeleted }
    }

    # Soft-deleted Microsoft 365 groups. The switch adds them to the live ones.
    Save-Collected -File recipients-exo-deleted-m365-groups.xml -Kind DeletedUnifiedGroup -Command {
        Get-UnifiedGroup -IncludeSoftDeletedGroups -ResultSize Unlimited |
            Where-Object -FilterScript { $_.DistinguishedName -like '*,OU=Soft Deleted Objects,*' -or $_.WhenSoftDeleted }
    }
}
