page 50101 "JOS Item References"
{
    APIGroup = 'till';
    APIPublisher = 'joboffice';
    APIVersion = 'v1.0';
    Caption = 'Item References', Locked = true;
    DataAccessIntent = ReadOnly;
    DelayedInsert = true;
    DeleteAllowed = false;
    Editable = false;
    EntityCaption = 'Item Reference';
    EntityName = 'itemReference';
    EntitySetCaption = 'Item References';
    EntitySetName = 'itemReferences';
    Extensible = false;
    InsertAllowed = false;
    ModifyAllowed = false;
    ODataKeyFields = SystemId;
    PageType = API;
    SourceTable = "Item Reference";
    SourceTableView = where("Reference Type" = const("Bar Code"));

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
                field(itemNumber; Rec."Item No.")
                {
                    Caption = 'Item No.', Locked = true;
                }
                field(referenceNumber; Rec."Reference No.")
                {
                    Caption = 'Reference No.', Locked = true;
                }
                field(unitOfMeasureCode; Rec."Unit of Measure")
                {
                    Caption = 'Unit of Measure Code', Locked = true;
                }
                field(lastModifiedDateTime; Rec.SystemModifiedAt)
                {
                    Caption = 'Last Modified Date', Locked = true;
                }
            }
        }
    }
}
