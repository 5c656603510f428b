page 50104 "JOS Payment Journals"
{
    APIGroup = 'till';
    APIPublisher = 'joboffice';
    APIVersion = 'v1.0';
    Caption = 'Payment Journals', Locked = true;
    DelayedInsert = true;
    DeleteAllowed = false;
    Editable = false;
    EntityCaption = 'Payment Journal';
    EntityName = 'paymentJournal';
    EntitySetCaption = 'Payment Journals';
    EntitySetName = 'paymentJournals';
    Extensible = false;
    InsertAllowed = false;
    ModifyAllowed = false;
    ODataKeyFields = SystemId;
    PageType = API;
    SourceTable = "Gen. Journal Batch";
    SourceTableView = where("Template Type" = const("Cash Receipts"), Recurring = const(false));

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
                field(balancingAccountNumber; Rec."Bal. Account No.")
                {
                    Caption = 'Balancing Account No.', Locked = true;
                }
            }
        }
    }

    [ServiceEnabled]
    [Scope('Cloud')]
    procedure Post(var ActionContext: WebServiceActionContext)
    var
        JOSPaymentPosting: Codeunit "JOS Payment Posting";
    begin
        JOSPaymentPosting.PostBatch(Rec);
        ActionContext.SetObjectType(ObjectType::Page);
        ActionContext.SetObjectId(Page::"JOS Payment Journals");
        ActionContext.AddEntityKey(Rec.FieldNo(SystemId), Rec.SystemId);
        ActionContext.SetResultCode(WebServiceActionResultCode::Updated);
    end;
}
