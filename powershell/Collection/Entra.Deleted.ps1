#
# Microsoft Entra ID: deleted users and groups
#
if ($entra) {

    # Users deleted in the last 30 days. They keep their addresses for a restore.
    Save-Collected -File recipients-entra-deleted-users.xml -Command {
        Get-GraphObject -Type '#microsoft.graph.user' -Uri ('/v1.0/directory/deletedItems/microsoft.graph.user?$select=' + ($property.GraphDeletedUser -join ',')) |
            Add-Member -NotePropertyName isDeleted -NotePropertyValue $true -PassThru
    }

    # Microsoft 365 groups and security groups deleted in the last 30 days. Distribution groups and contacts are deleted
    # at once.
    Save-Collected -File recipients-entra-deleted-groups.xml -Command {
        Get-GraphObject -Type '#microsoft.graph.group' -Uri ('/v1.0/directory/deletedItems/microsoft.graph.group?$select=' + ($property.GraphDeletedGroup -join ',')) |
            Add-Member -NotePropertyName isDeleted -NotePropertyValue $true -PassThru
    }
}
