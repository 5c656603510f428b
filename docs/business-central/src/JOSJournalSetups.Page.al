page 50103 "JOS Journal Setups"
{
    APIGroup = 'till';
    APIPublisher = 'joboffice';
    APIVersion = 'v1.0';
    Caption = 'Journal Setups', Locked = true;
    DelayedInsert = true;
    DeleteAllowed = false;
    Editable = false;
    EntityCaption = 'Journal Setup';
    EntityName = 'journalSetup';
    EntitySetCaption = 'Journal Setups';
    EntitySetName = 'journalSetups';
    Extensible = false;
    InsertAllowed = false;
    ModifyAllowed = false;
    ODataKeyFields = SystemId;
    PageType = API;
    SourceTable = "Gen. Journal Batch";
    SourceTableView = where("Template Type" = const(General), Recurring = const(false));

    layout
    {
        area(Content)
        {
            repeater(Records)
            {
                field(id; Rec.SystemId)
                {
                    Caption = 'Id', Locked = true;
                }
                field(code; Rec.Name)
                {
                    Caption = 'Code', Locked = true;
                }
                field(copyVatSetup; Rec."Copy VAT Setup to Jnl. Lines")
                {
                    Caption = 'Copy VAT Setup', Locked = true;
                }
                field(balancingAccountNumber; Rec."Bal. Account No.")
                {
                    Caption = 'Balancing Account No.', Locked = true;
                }
                field(numberSeries; Rec."No. Series")
                {
                    Caption = 'No. Series', Locked = true;
                }
            }
        }
    }
}
